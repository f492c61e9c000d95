import type { Json } from "#lib/domain/json.ts";

/** The same value with every string redacted, names included. Undefined members are dropped, as JSON does. */
export function redactJson<T>(value: T, redact: (text: string) => string): T {
  return visit(value, redact) as T;
}

function visit(value: unknown, redact: (text: string) => string): Json {
  if (typeof value === "string") return redact(value);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item) => visit(item, redact));
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [redact(name), visit(member, redact)]),
  );
}
