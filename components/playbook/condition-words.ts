import type { Comparison, Condition, Held } from "#lib/domain/condition.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";

type Facts = readonly FactDefinition[];

/** A condition as people say it: "error rate above 5 % for at least 2 min, and it came with the deployment". */
export function conditionWords(condition: Condition, facts: Facts): string {
  if ("always" in condition) return "always";
  if ("all" in condition) return condition.all.map((each) => inner(each, facts)).join(" and ");
  if ("any" in condition) return condition.any.map((each) => inner(each, facts)).join(" or ");
  if ("not" in condition) return `not: ${inner(condition.not, facts)}`;
  return comparisonWords(condition, facts);
}

function inner(condition: Condition, facts: Facts): string {
  const words = conditionWords(condition, facts);
  const isJoined =
    ("all" in condition && condition.all.length > 1) || ("any" in condition && condition.any.length > 1);
  return isJoined ? `(${words})` : words;
}

function comparisonWords(comparison: Comparison, facts: Facts): string {
  const fact = facts.find((each) => each.id === comparison.fact);
  const name = comparison.fact.replaceAll("_", " ");
  const held = comparison.for === undefined ? "" : ` ${heldWords(comparison.for)}`;
  if (comparison.is === true) return `${name}${held}`;
  if (comparison.is === false) return `not ${name}${held}`;
  if (comparison.is !== undefined) return `${name} is ${optionWords(comparison.is, fact)}${held}`;
  if (comparison.oneOf) {
    return `${name} is ${comparison.oneOf.map((value) => optionWords(value, fact)).join(" or ")}${held}`;
  }
  const unit = fact && "unit" in fact ? ` ${fact.unit}` : "";
  const bounds = [
    comparison.above === undefined ? null : `above ${comparison.above}${unit}`,
    comparison.atLeast === undefined ? null : `at least ${comparison.atLeast}${unit}`,
    comparison.below === undefined ? null : `below ${comparison.below}${unit}`,
    comparison.atMost === undefined ? null : `at most ${comparison.atMost}${unit}`,
  ].filter((bound) => bound !== null);
  return `${name} ${bounds.join(" and ")}${held}`;
}

function heldWords(held: Held): string {
  return "atLeast" in held ? `for ${timeWords(held.atLeast)}` : `for more than ${timeWords(held.moreThan)}`;
}

function timeWords(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function optionWords(value: string, fact: FactDefinition | undefined): string {
  const option = fact?.type === "choice" ? fact.options.find((each) => each.value === value) : undefined;
  return `“${option?.label ?? value.replaceAll("_", " ")}”`;
}
