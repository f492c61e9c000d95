import { conditionWords } from "#components/playbook/condition-words.ts";
import { Condition } from "#lib/domain/condition.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";
import type { Json } from "#lib/domain/json.ts";

/** The value of a field that changed, as people say it; a condition in words, a list in one line. */
export function fieldWords(path: string, value: Json, facts: readonly FactDefinition[]): string {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  const condition = /(?:^|\.)(?:when|condition|onlyWhen|matches|within)$/.test(path)
    ? Condition.safeParse(value).data
    : undefined;
  if (condition) return conditionWords(condition, facts);
  if (Array.isArray(value)) {
    if (value.length === 0) return "none";
    if (value.every((one) => typeof one === "string" || typeof one === "number")) return value.join(", ");
  }
  return JSON.stringify(value);
}
