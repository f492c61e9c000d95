import type { ChecklistItemView } from "#lib/domain/view.ts";

/** How many of the points hold, in words: "7 of 7 hold". What is not known does not. */
export function heldOf(points: readonly Pick<ChecklistItemView, "state">[]): {
  held: number;
  total: number;
  sentence: string;
} {
  const total = points.length;
  const held = points.filter((one) => one.state === "done").length;
  const unknown = points.filter((one) => one.state === "open").length;
  const sentence = `${held} of ${total} ${held === 1 ? "holds" : "hold"}`;
  return { held, total, sentence: unknown === 0 ? sentence : `${sentence}, ${unknown} not known` };
}
