/** When a step is expected to end, in seconds from the start. */
export type BudgetMark = { at: number; label: string; isDone?: boolean };

export type BudgetReading = {
  tone: "neutral" | "ok" | "warn" | "danger";
  /** Share of the bar that is filled, 0 to 1. */
  filled: number;
  /** Where the limit lies on the bar, 0 to 1; below 1 once the limit is overrun. */
  limitAt: number;
  /** Seconds left; negative once overrun. */
  left: number;
  sentence: string;
};

/**
 * Reads elapsed seconds against a limit. The bar turns only when it matters: danger over the limit, warn in the last
 * fifth or when the next expected end is already past by more than a tenth of the limit.
 */
export function readBudget(
  elapsed: number,
  limit: number,
  { marks = [], isOver = false }: { marks?: readonly BudgetMark[]; isOver?: boolean } = {},
): BudgetReading {
  const left = limit - elapsed;
  const scale = Math.max(elapsed * (left < 0 ? 1.08 : 1), limit);
  const next = marks.find((mark) => mark.isDone !== true);
  const isLate =
    marks.some((mark) => mark.isDone !== undefined) && next !== undefined && elapsed - next.at > limit / 10;
  const tone = left < 0 ? "danger" : isOver ? "ok" : left <= limit / 5 || isLate ? "warn" : "neutral";
  const sentence =
    left < 0
      ? isOver
        ? "Over the limit"
        : "Over the limit: stop and escalate"
      : isOver
        ? "Within the limit"
        : isLate
          ? "Behind the plan"
          : left <= limit / 5
            ? "Little time left"
            : "Within the limit";
  return { tone, filled: Math.min(1, Math.max(0, elapsed / scale)), limitAt: limit / scale, left, sentence };
}
