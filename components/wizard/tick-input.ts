export type TickInput = {
  rollback: string;
  id: string;
  state: "open" | "done" | "failed" | "overridden";
  note?: string;
  reason?: string;
};

/** Automatic checks once more: one item, or all that there are where the rollback stands. The plan stays. */
export type RecheckInput = { id: string; item?: string };
