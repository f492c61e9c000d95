import type { ChecklistItemView } from "#lib/domain/view.ts";

/** How an item stands, in the vocabulary of checks: what a machine could not see is not known, and looks so. */
export function checkWord(
  { kind, gate, state }: Pick<ChecklistItemView, "kind" | "gate" | "state">,
  isBeingChecked = false,
): { state: string; word?: string } {
  if (isBeingChecked) return { state: "running" };
  const isPoint = gate === "validation";
  switch (state) {
    case "open":
      return kind === "automatic" ? { state: "unknown" } : { state };
    case "done":
      return isPoint ? { state, word: "Holds" } : { state };
    case "failed":
      if (isPoint) return { state, word: "Does not hold" };
      return kind === "manual" ? { state, word: "Not so" } : { state };
    case "overridden":
      return { state };
  }
}
