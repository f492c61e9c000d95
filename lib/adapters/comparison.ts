import { z } from "zod";

/** How a value that was found must stand to its limit. */
export const Comparison = z.enum(["<", "<=", ">", ">=", "==", "!="]);
export type Comparison = z.output<typeof Comparison>;

export function holds(value: number, comparison: Comparison, bound: number): boolean {
  switch (comparison) {
    case "<":
      return value < bound;
    case "<=":
      return value <= bound;
    case ">":
      return value > bound;
    case ">=":
      return value >= bound;
    case "==":
      return value === bound;
    case "!=":
      return value !== bound;
  }
}

/** The smaller, the worse; among values that hold, how far each is from not holding. */
export function distanceToBad(value: number, comparison: Comparison, bound: number): number {
  if (comparison === "==") return -Math.abs(value - bound);
  if (comparison === "!=") return Math.abs(value - bound);
  return comparison.startsWith("<") ? bound - value : value - bound;
}

/** A number for people: six digits are enough of it, whole numbers stay whole. */
export function shownNumber(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}
