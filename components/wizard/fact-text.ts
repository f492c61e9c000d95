import { factFault, type FactDefinition } from "#lib/domain/fact.ts";
import type { FactValue } from "#lib/domain/incident.ts";

export type Parsed = { value: FactValue | null; fault: string | null };

const nothing: Parsed = { value: null, fault: null };
const secondsOf: Record<string, number> = { s: 1, sec: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/**
 * What somebody typed into a fact's field. Empty: not known. Understands a comma as the decimal point, the unit written
 * behind the number, and times such as `4 m 12 s`. `fault` says why it does not answer.
 */
export function parseFact(definition: FactDefinition, text: string): Parsed {
  const typed = text.trim();
  if (typed === "") return nothing;
  const value = valueOf(definition, typed);
  const fault = factFault(definition, value ?? Number.NaN);
  return fault === null ? { value, fault } : { value: null, fault };
}

/** How a value stands in its field; parseFact reads it back. */
export function factText(value: FactValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

/** A fact in a sentence: "error rate 18.4 %". */
export function factSentence(definition: FactDefinition, value: FactValue): string {
  const name = definition.id.replaceAll("_", " ");
  if (definition.type === "yes_no") return `${name}: ${value === true ? "yes" : "no"}`;
  if (definition.type === "choice") {
    return definition.options.find((option) => option.value === value)?.label ?? String(value);
  }
  return `${name} ${String(value)} ${definition.unit}`;
}

function valueOf(definition: FactDefinition, typed: string): FactValue | null {
  switch (definition.type) {
    case "yes_no":
      return typed === "yes" ? true : typed === "no" ? false : null;
    case "choice":
      return typed;
    case "duration":
      return secondsIn(typed);
    case "latency":
      return latencyIn(typed);
    case "rate":
    case "percent":
    case "count":
    case "multiple":
      return numberIn(withoutUnit(typed, definition.unit));
  }
}

function withoutUnit(typed: string, unit: string): string {
  const units = unit === "×" ? ["×", "x"] : [unit];
  const found = units.find((one) => typed.toLowerCase().endsWith(one.toLowerCase()));
  return found === undefined ? typed : typed.slice(0, -found.length);
}

function numberIn(text: string): number | null {
  const plain = text.trim().replace(/^(\d+),(\d+)$/, "$1.$2");
  return /^\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : null;
}

function secondsIn(text: string): number | null {
  const bare = numberIn(text);
  if (bare !== null) return bare;
  const parts = [...text.toLowerCase().matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)/g)];
  const isWhole = parts.map((part) => part[0]).join("").length === text.replace(/\s+(?=\d)/g, "").length;
  if (parts.length === 0 || !isWhole) return null;
  let seconds = 0;
  for (const [, figure = "", unit = ""] of parts) {
    const factor = secondsOf[unit];
    if (factor === undefined) return null;
    seconds += (numberIn(figure) ?? Number.NaN) * factor;
  }
  return seconds;
}

function latencyIn(text: string): number | null {
  const bare = numberIn(withoutUnit(text, "ms"));
  if (bare !== null) return bare;
  const inSeconds = /^(\d+(?:[.,]\d+)?)\s*s$/i.exec(text)?.[1];
  const seconds = inSeconds === undefined ? null : numberIn(inSeconds);
  return seconds === null ? null : seconds * 1000;
}
