import { canonical } from "#lib/domain/canonical.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Json } from "#lib/domain/json.ts";
import { sha256 } from "#lib/platform/hash.ts";

/** What makes two requests the same one; commands take it in this shape. */
export type RequestKey = { actorId: string; key: string; route: string; bodyHash: string };

/** Reads `Idempotency-Key`. Undefined when the header is absent. Throws INVALID when it is not 1 to 255 printable characters. */
export function readRequestKey(
  headers: Headers,
  actorId: string,
  route: string,
  body: Json,
): RequestKey | undefined {
  const key = headers.get("idempotency-key");
  if (key === null) return undefined;
  return requestKey(key, actorId, route, body);
}

/** As readRequestKey, from a value. Throws INVALID. */
export function requestKey(key: string, actorId: string, route: string, body: Json): RequestKey {
  if (!/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(key)) {
    const message = "An Idempotency-Key is 1 to 255 printable ASCII characters.";
    throw new Refusal("INVALID", message, { errors: [{ path: "Idempotency-Key", message }] });
  }
  return { actorId, key, route, bodyHash: sha256(canonical(withoutPasswords(body))) };
}

/** Their hash is kept for a day, and a password could be guessed from one. */
const passwordFields: ReadonlySet<string> = new Set(["password", "current"]);

function withoutPasswords(body: Json): Json {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => !(passwordFields.has(name) && typeof value === "string")),
  );
}
