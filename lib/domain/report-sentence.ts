import type { EventType, StreamEvent } from "#lib/domain/event.ts";
import type { Json } from "#lib/domain/json.ts";

/** Output and observations are evidence of a step, not lines of a story. */
const silent: ReadonlySet<EventType> = new Set(["step.output", "step.observed", "step.intended"]);

/** What in the data of an event people want to read, in this order. */
const told = [
  "title",
  "key",
  "to",
  "verdict",
  "outcome",
  "text",
  "summary",
  "why",
  "reason",
  "comment",
  "note",
  "error",
];

/** Whether an event belongs into a report's timeline. */
export function isTold(event: StreamEvent): boolean {
  return !silent.has(event.type);
}

/** An event as a sentence: what happened, and what is worth knowing about it. Plain text, unescaped. */
export function sentenceOf(event: StreamEvent): string {
  const [subject = "", verb = ""] = event.type.split(".");
  const head = `${subject} ${verb.replaceAll("_", " ")}`;
  const details = [...new Set(told.flatMap((name) => textOf(event.data[name])))];
  const sentence = details.length > 0 ? `${head}: ${details.join("; ")}` : head;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function textOf(value: Json | undefined): string[] {
  if (typeof value === "string") return value === "" ? [] : [value.slice(0, 500)];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return textOf(value["message"]);
}
