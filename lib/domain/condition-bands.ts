import {
  comparisons,
  sustainedKey,
  type Comparison,
  type Condition,
  type Held,
} from "#lib/domain/condition.ts";
import { factFault, type FactDefinition } from "#lib/domain/fact.ts";
import type { FactValue } from "#lib/domain/incident.ts";

/**
 * Everything that a fact, or the time for which a comparison has held, can be, as far as the conditions at hand can tell
 * it apart: one value for each band. `id`: the fact, or "held " and the `sustainedKey`.
 */
export type Dimension = {
  id: string;
  fact: string;
  held: string | null;
  values: readonly (FactValue | null)[];
};

/** Bands of one dimension as bits: bit i stands for `values[i]`, the one behind them for "nobody has answered". */
export type Bands = bigint;
export type Place = { at: number; bands: Bands };

/** The dimensions of a set of conditions, and what each comparison means in them. */
export class BandMap {
  readonly dimensions: readonly Dimension[];
  readonly #at = new Map<string, number>();
  readonly #known: Bands[] = [];
  readonly #thresholds: (readonly number[])[] = [];

  constructor(facts: readonly FactDefinition[], conditions: readonly Condition[]) {
    const definitions = new Map(facts.map((fact) => [fact.id, fact]));
    const numbers = new Map<string, Set<number>>();
    const held = new Map<string, { fact: string; key: string; seconds: Set<number> }>();
    for (const one of conditions.flatMap(comparisons)) {
      if (!definitions.has(one.fact)) continue;
      const thresholds = numbers.get(one.fact) ?? new Set();
      numbers.set(one.fact, thresholds);
      for (const limit of [one.above, one.atLeast, one.below, one.atMost])
        if (limit !== undefined) thresholds.add(limit);
      if (!one.for) continue;
      const key = sustainedKey(one);
      const known = held.get(key) ?? { fact: one.fact, key, seconds: new Set() };
      held.set(key, known);
      known.seconds.add(secondsOf(one.for));
    }
    const dimensions: Dimension[] = [];
    const add = (dimension: Dimension, thresholds: readonly number[]): void => {
      this.#at.set(dimension.id, dimensions.length);
      dimensions.push(dimension);
      this.#thresholds.push(thresholds);
      this.#known.push(bitsWhere(dimension.values, (value) => value !== null));
    };
    for (const [id, set] of numbers) {
      const definition = definitions.get(id);
      if (!definition) continue;
      const thresholds = [...set].sort((a, b) => a - b);
      add({ id, fact: id, held: null, values: valuesOf(definition, thresholds) }, thresholds);
    }
    for (const { fact, key, seconds } of held.values()) {
      const thresholds = [...seconds].sort((a, b) => a - b);
      const values = numbersAround(thresholds, isSeconds, false);
      add({ id: heldId(key), fact, held: key, values }, thresholds);
    }
    this.dimensions = dimensions;
  }

  /** The bands that a value fits. */
  known(at: number): Bands {
    return this.#known[at] ?? 0n;
  }

  /** The band of having no answer. */
  unknown(at: number): Bands {
    return 1n << BigInt(this.dimensions[at]?.values.length ?? 0);
  }

  whole(at: number): Bands {
    return this.known(at) | this.unknown(at);
  }

  /** What looking at one place costs, in looks at a place of few bands. */
  get costOfALook(): number {
    return 1 + Math.max(0, ...this.dimensions.map((one) => one.values.length)) / 1000;
  }

  /** Where a comparison holds: in one dimension, or in two where it has a duration. Throws for a fact nobody defines. */
  placesOf(comparison: Comparison): [Place] | [Place, Place] {
    const at = this.#find(comparison.fact);
    const value = { at, bands: this.#bandsOf(comparison, at) };
    if (!comparison.for) return [value];
    const heldAt = this.#find(heldId(sustainedKey(comparison)));
    return [value, { at: heldAt, bands: this.#heldBands(comparison.for, heldAt) }];
  }

  #find(id: string): number {
    const at = this.#at.get(id);
    if (at === undefined) throw new Error(`The conditions ask nothing about "${id}".`);
    return at;
  }

  #bandsOf(c: Comparison, at: number): Bands {
    const values = this.dimensions[at]?.values ?? [];
    if (c.is !== undefined) return bitsWhere(values, (value) => value === c.is);
    if (c.oneOf)
      return bitsWhere(values, (value) => typeof value === "string" && c.oneOf?.includes(value) === true);
    const thresholds = this.#thresholds[at] ?? [];
    const place = (limit: number) => 2 * indexOf(thresholds, limit) + 1;
    const from = Math.max(
      c.above === undefined ? 0 : place(c.above) + 1,
      c.atLeast === undefined ? 0 : place(c.atLeast),
    );
    const to = Math.min(
      c.below === undefined ? values.length - 1 : place(c.below) - 1,
      c.atMost === undefined ? values.length - 1 : place(c.atMost),
    );
    return range(from, to) & this.known(at);
  }

  #heldBands(held: Held, at: number): Bands {
    const place = 2 * indexOf(this.#thresholds[at] ?? [], secondsOf(held)) + 1;
    const from = "atLeast" in held ? place : place + 1;
    return range(from, (this.dimensions[at]?.values.length ?? 0) - 1) & this.known(at);
  }
}

function heldId(key: string): string {
  return `held ${key}`;
}

function secondsOf(held: Held): number {
  return "atLeast" in held ? held.atLeast : held.moreThan;
}

function isSeconds(value: number): boolean {
  return value >= 0 && Number.isFinite(value);
}

function valuesOf(definition: FactDefinition, thresholds: readonly number[]): (FactValue | null)[] {
  if (definition.type === "yes_no") return [true, false];
  if (definition.type === "choice") return definition.options.map((option) => option.value);
  const fits = (value: number) => factFault(definition, value) === null;
  return numbersAround(thresholds, fits, definition.type === "count");
}

/** Each threshold with what lies before and behind it; null where nothing that fits lies there. */
function numbersAround(
  thresholds: readonly number[],
  fits: (value: number) => boolean,
  isWhole: boolean,
): (number | null)[] {
  const between = (low: number | undefined, high: number | undefined): number | null => {
    const [from, to] = [low ?? -1, high ?? Infinity];
    const inside = (value: number) => value > from && value < to && fits(value);
    const middle = isWhole ? Math.floor(from) + 1 : (Math.max(0, from) + to) / 2;
    const short = [0, 1, 2, 3].map((digits) => Number(middle.toFixed(digits)));
    return [...short, middle, 0, from + 1, (Math.max(0, from) + 100) / 2].find(inside) ?? null;
  };
  return [
    between(undefined, thresholds[0]),
    ...thresholds.flatMap((one, i) => [fits(one) ? one : null, between(one, thresholds[i + 1])]),
  ];
}

function bitsWhere(values: readonly (FactValue | null)[], isIn: (value: FactValue | null) => boolean): Bands {
  let bits = 0n;
  for (const [at, value] of values.entries()) if (isIn(value)) bits |= 1n << BigInt(at);
  return bits;
}

function range(from: number, to: number): Bands {
  return to < from ? 0n : ((1n << BigInt(to - from + 1)) - 1n) << BigInt(from);
}

function indexOf(sorted: readonly number[], wanted: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
