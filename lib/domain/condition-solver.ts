import type { BandMap, Bands, Place } from "#lib/domain/condition-bands.ts";
import type { Comparison, Condition } from "#lib/domain/condition.ts";
import type { FactValue } from "#lib/domain/incident.ts";

/** A condition, or its opposite, with "not" worked out: bands of dimensions joined by all and any. */
export type Formula = ({ kind: "place" } & Place) | { kind: "all"; parts: readonly Formula[] } | Choice;
type Choice = { kind: "any"; parts: readonly Formula[] };

/** How much may still be tried, and what one look at a formula takes of it. Shared by what must end together. */
export type Effort = { left: number; each: number };

/** Band by band what meets the formulas; null: nothing does; "unsettled": the effort ran out first. */
export type Solution = readonly Bands[] | null | "unsettled";

/** What is asked of a condition in three-valued terms: "not yes" is "no" or unknown. */
type Wanted = "yes" | "no" | "not yes" | "not no";
const opposite = { yes: "no", no: "yes", "not yes": "not no", "not no": "not yes" } as const;

/** That a condition holds, or that it does not although facts may be unanswered. Its facts must be those of the map. */
export function formulaOf(condition: Condition, map: BandMap, wanted: Wanted = "yes"): Formula {
  if ("always" in condition)
    return { kind: wanted === "yes" || wanted === "not no" ? "all" : "any", parts: [] };
  if ("not" in condition) return formulaOf(condition.not, map, opposite[wanted]);
  const parts = (conditions: readonly Condition[]) => conditions.map((one) => formulaOf(one, map, wanted));
  const isMet = wanted === "yes" || wanted === "not no";
  if ("all" in condition) return join(isMet ? "all" : "any", parts(condition.all));
  if ("any" in condition) return join(isMet ? "any" : "all", parts(condition.any));
  return comparisonOf(condition, map, wanted);
}

function comparisonOf(comparison: Comparison, map: BandMap, wanted: Wanted): Formula {
  const parts = map.placesOf(comparison).map(({ at, bands }): Formula => {
    const wantedBands = {
      yes: bands,
      no: map.known(at) & ~bands,
      "not yes": map.whole(at) & ~bands,
      "not no": bands | map.unknown(at),
    };
    return { kind: "place", at, bands: wantedBands[wanted] };
  });
  return join(wanted === "yes" || wanted === "not no" ? "all" : "any", parts);
}

function join(kind: "all" | "any", parts: readonly Formula[]): Formula {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : { kind, parts };
}

/**
 * A combination of answers that meets every formula. What must hold narrows the bands at once; only where several
 * ways are left is each of them tried. Exact: null means that there is none. Pure but for the effort it uses up.
 */
export function solve(formulas: readonly Formula[], map: BandMap, effort: Effort): Solution {
  return search(
    formulas,
    [],
    map.dimensions.map((_, at) => map.whole(at)),
    effort,
  );
}

function search(
  must: readonly Formula[],
  choices: readonly Choice[],
  bands: Bands[],
  effort: Effort,
): Solution {
  let open = [...choices];
  let next: readonly Formula[] = must;
  while (next.length > 0) {
    const met = narrow(next, bands, open, effort);
    if (met !== true) return met === false ? null : "unsettled";
    const left = settle(open, bands, effort);
    if (left === null || left === "unsettled") return left;
    next = left.forced;
    open = left.open;
  }
  const [choice, ...others] = open.toSorted((a, b) => a.parts.length - b.parts.length);
  if (choice === undefined) return bands;
  let isSettled = true;
  for (const way of choice.parts) {
    const found = search([way], others, [...bands], effort);
    if (found === "unsettled") isSettled = false;
    else if (found) return found;
    if (effort.left <= 0) return "unsettled";
  }
  return isSettled ? null : "unsettled";
}

/** Takes everything that must hold into the bands; "any" is put off. False: it cannot all hold. */
function narrow(
  must: readonly Formula[],
  bands: Bands[],
  open: Choice[],
  effort: Effort,
): boolean | "unsettled" {
  for (const one of must) {
    effort.left -= effort.each;
    if (effort.left <= 0) return "unsettled";
    if (one.kind === "place") {
      const left = (bands[one.at] ?? 0n) & one.bands;
      if (left === 0n) return false;
      bands[one.at] = left;
    } else if (one.kind === "any") open.push(one);
    else {
      const inner = narrow(one.parts, bands, open, effort);
      if (inner !== true) return inner;
    }
  }
  return true;
}

/** Strikes out the ways that are closed by now. Null: a choice has none left; forced: choices with one. */
function settle(
  open: readonly Choice[],
  bands: readonly Bands[],
  effort: Effort,
): { open: Choice[]; forced: Formula[] } | null | "unsettled" {
  const left: Choice[] = [];
  const forced: Formula[] = [];
  for (const choice of open) {
    const parts: Formula[] = [];
    let isMet = false;
    for (const way of choice.parts) {
      const standing = stateOf(way, bands, effort);
      if (effort.left <= 0) return "unsettled";
      if (standing === "met") isMet = true;
      if (standing !== "closed") parts.push(way);
      if (isMet) break;
    }
    if (isMet) continue;
    const [only] = parts;
    if (only === undefined) return null;
    if (parts.length === 1) forced.push(only);
    else left.push({ kind: "any", parts });
  }
  return { open: left, forced };
}

/** Whether the bands already meet a formula whatever else is answered, can no longer, or may. */
function stateOf(formula: Formula, bands: readonly Bands[], effort: Effort): "met" | "closed" | "open" {
  effort.left -= effort.each;
  if (effort.left <= 0) return "open";
  if (formula.kind === "place") {
    const now = bands[formula.at] ?? 0n;
    if ((now & formula.bands) === 0n) return "closed";
    return (now & ~formula.bands) === 0n ? "met" : "open";
  }
  const [decisive, other] =
    formula.kind === "all" ? (["closed", "met"] as const) : (["met", "closed"] as const);
  let state: "met" | "closed" | "open" = other;
  for (const part of formula.parts) {
    const one = stateOf(part, bands, effort);
    if (one === decisive) return decisive;
    if (one === "open") state = "open";
  }
  return state;
}

/** One value for each dimension that a solution asks an answer of: the first that fits. */
export function exampleOf(solution: readonly Bands[], map: BandMap): { at: number; value: FactValue }[] {
  return solution.flatMap((bands, at) => {
    if ((bands & map.unknown(at)) !== 0n) return [];
    const values = map.dimensions[at]?.values ?? [];
    const found = values.findIndex((_, index) => (bands & (1n << BigInt(index))) !== 0n);
    const value = values[found];
    return value === null || value === undefined ? [] : [{ at, value }];
  });
}
