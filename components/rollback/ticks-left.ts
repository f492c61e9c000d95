import type { ChecklistItemView } from "#lib/domain/view.ts";

/**
 * Why it cannot be executed yet: items that people must tick first. Null when none is left. Checks that run by
 * themselves run once more when it is executed, so they keep nobody from trying. Pure.
 */
export function ticksLeft(
  checklist: readonly Pick<ChecklistItemView, "gate" | "kind" | "required" | "state">[],
): string | null {
  const left = checklist.filter(
    ({ gate, kind, required, state }) =>
      gate === "execute" && kind === "manual" && required && state !== "done" && state !== "overridden",
  ).length;
  if (left === 0) return null;
  return left === 1
    ? "One item of the checklist above has to be ticked first"
    : `${left} items of the checklist above have to be ticked first`;
}
