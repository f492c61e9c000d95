import { z } from "zod";
import type { FactValue, Facts } from "#lib/domain/incident.ts";

/** How a fact is called in conditions, in `facts` and in the API. */
export const FactName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "Use lower-case letters, digits and _.");

const Seconds = z.number().nonnegative().max(31_536_000);
/** "for 2 minutes" is `atLeast: 120`; "for more than 2 minutes" is `moreThan: 120`. Seconds. */
export const Held = z.union([z.strictObject({ atLeast: Seconds }), z.strictObject({ moreThan: Seconds })]);
export type Held = z.infer<typeof Held>;

type Words = {
  above?: number | undefined;
  atLeast?: number | undefined;
  below?: number | undefined;
  atMost?: number | undefined;
  is?: boolean | string | undefined;
  oneOf?: string[] | undefined;
};

/**
 * One fact against thresholds in the fact's own unit. The words are the documents': "> 5 %" is `above: 5` and does
 * not hold at exactly 5; "5 % or more" is `atLeast: 5`. Several numeric words together make a range.
 */
export const Comparison = z
  .strictObject({
    fact: FactName,
    above: z.number().optional(),
    atLeast: z.number().optional(),
    below: z.number().optional(),
    atMost: z.number().optional(),
    is: z.union([z.boolean(), z.string().max(64)]).optional(),
    oneOf: z.array(z.string().max(64)).min(1).max(50).optional(),
    /** How long it must have held without a break. */
    for: Held.optional(),
  })
  .refine((c) => kindOf(c) !== "mixed", {
    error:
      "Compare with above, atLeast, below, atMost (one or a range), or with is, or with oneOf; never a mixture, never none.",
  });
export type Comparison = z.infer<typeof Comparison>;

const All = z.strictObject({
  get all(): z.ZodType<Condition[]> {
    return z.array(Condition).min(1).max(50);
  },
});
const Any = z.strictObject({
  get any(): z.ZodType<Condition[]> {
    return z.array(Condition).min(1).max(50);
  },
});
const Not = z.strictObject({
  get not(): z.ZodType<Condition> {
    return Condition;
  },
});
const Always = z.strictObject({ always: z.literal(true) });

export type Condition =
  { all: Condition[] } | { any: Condition[] } | { not: Condition } | { always: true } | Comparison;
/** A tree over named facts. Data: nothing in it can compute. */
export const Condition: z.ZodType<Condition> = z.union([Comparison, All, Any, Not, Always]);

const numeric = ["above", "atLeast", "below", "atMost"] as const;

/** Which family of words a comparison uses. */
export function kindOf(c: Words): "number" | "is" | "oneOf" | "mixed" {
  const kinds = [
    ...(numeric.some((word) => c[word] !== undefined) ? (["number"] as const) : []),
    ...(c.is === undefined ? [] : (["is"] as const)),
    ...(c.oneOf === undefined ? [] : (["oneOf"] as const)),
  ];
  return kinds.length === 1 && kinds[0] !== undefined ? kinds[0] : "mixed";
}

/** A comparison without its duration, as the key under which `sustainedFor` may say for how long it has held. */
export function sustainedKey(c: Comparison): string {
  const words = [...numeric, "is" as const].flatMap((word) =>
    c[word] === undefined ? [] : [`${word} ${String(c[word])}`],
  );
  return [c.fact, ...words, ...(c.oneOf ? [`oneOf ${c.oneOf.join("|")}`] : [])].join(" ");
}

/** Every comparison of a tree. */
export function comparisons(condition: Condition): Comparison[] {
  if ("all" in condition) return condition.all.flatMap(comparisons);
  if ("any" in condition) return condition.any.flatMap(comparisons);
  if ("not" in condition) return comparisons(condition.not);
  return "always" in condition ? [] : [condition];
}

/** `unknown` names the facts whose answers could still settle it; empty when it is settled. */
export type Truth = { state: "yes" | "no" | "unknown"; unknown: readonly string[] };

/** What conditions are read against. `heldFor`: seconds for which a comparison has held without a break. */
export type Situation = {
  facts: Facts;
  heldFor: (comparison: Comparison) => { seconds: number } | { ask: string };
};

const yes: Truth = { state: "yes", unknown: [] };
const no: Truth = { state: "no", unknown: [] };

/** Three-valued: a fact nobody has answered is unknown, never "no". Pure. */
export function evaluate(condition: Condition, situation: Situation): Truth {
  if ("always" in condition) return yes;
  if ("all" in condition) return join(condition.all, situation, "no");
  if ("any" in condition) return join(condition.any, situation, "yes");
  if ("not" in condition) return negate(evaluate(condition.not, situation));
  return compare(condition, situation);
}

function join(children: Condition[], situation: Situation, decisive: "yes" | "no"): Truth {
  const truths = children.map((child) => evaluate(child, situation));
  if (truths.some((truth) => truth.state === decisive)) return decisive === "yes" ? yes : no;
  const unknown = [...new Set(truths.flatMap((truth) => truth.unknown))];
  if (truths.some((truth) => truth.state === "unknown")) return { state: "unknown", unknown };
  return decisive === "yes" ? no : yes;
}

function negate(truth: Truth): Truth {
  if (truth.state === "unknown") return truth;
  return truth.state === "yes" ? no : yes;
}

function compare(c: Comparison, situation: Situation): Truth {
  const value = valueOf(situation.facts, c.fact);
  if (value !== undefined && !holds(c, value)) return no;
  const held = c.for ? situation.heldFor(c) : null;
  if (c.for && held && "seconds" in held && !longEnough(c.for, held.seconds)) return no;
  if (value === undefined) return { state: "unknown", unknown: [c.fact] };
  return held && "ask" in held ? { state: "unknown", unknown: [held.ask] } : yes;
}

/** The value of a fact, or undefined when nobody has answered it. */
export function valueOf(facts: Facts, name: string): FactValue | undefined {
  return Object.hasOwn(facts, name) ? facts[name] : undefined;
}

/** Whether a value meets a comparison, its duration apart. A value of the wrong kind meets none. */
export function holds(c: Comparison, value: FactValue): boolean {
  switch (kindOf(c)) {
    case "is":
      return value === c.is;
    case "oneOf":
      return typeof value === "string" && (c.oneOf ?? []).includes(value);
    case "number":
      return (
        typeof value === "number" &&
        (c.above === undefined || value > c.above) &&
        (c.atLeast === undefined || value >= c.atLeast) &&
        (c.below === undefined || value < c.below) &&
        (c.atMost === undefined || value <= c.atMost)
      );
    case "mixed":
      return false;
  }
}

export function longEnough(held: Held, seconds: number): boolean {
  return "atLeast" in held ? seconds >= held.atLeast : seconds > held.moreThan;
}
