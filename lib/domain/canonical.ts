import canonicalize from "canonicalize";
import type { Json } from "#lib/domain/json.ts";

/** Canonical JSON (RFC 8785): one byte string for one value. Throws a TypeError for what JSON cannot hold. */
export function canonical(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("This value has no canonical JSON form.");
  return text;
}
