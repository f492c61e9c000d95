export type TickInput = {
  rollback: string;
  id: string;
  state: "done" | "failed" | "overridden";
  note?: string;
  reason?: string;
};
