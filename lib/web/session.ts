import type { UserActor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { findSession } from "#lib/queries/session/find-session.ts";
import { findToken } from "#lib/queries/token/find-token.ts";
import { assertSameOrigin } from "#lib/web/origin.ts";
import { readSessionSecret } from "#lib/web/session-cookie.ts";
import { headerOf, type HeaderSource } from "#lib/web/session-headers.ts";

/**
 * Who sent these headers, looked up in the database on every call: the owner of the bearer token, else of the session
 * cookie. Null when neither is there or holds. A wrong bearer token never falls back to the cookie.
 */
export async function readActor(headers: HeaderSource): Promise<UserActor | null> {
  if (headerOf(headers, "authorization") !== null) return readBearer(headers);
  const secret = await readSessionSecret(headers);
  const actor = secret === null ? null : await findSession(secret, new Date());
  return actor?.id ? actor : null;
}

/** The owner of the API token in `Authorization: Bearer lg_…`, or null. */
export async function readBearer(headers: HeaderSource): Promise<UserActor | null> {
  const match = /^Bearer (lg_[A-Za-z0-9_-]{43})$/i.exec(headerOf(headers, "authorization") ?? "");
  return match?.[1] === undefined ? null : findToken(match[1], new Date());
}

/**
 * Who sent this request, for route handlers, server actions and socket handshakes alike. Throws UNAUTHENTICATED, and
 * CROSS_ORIGIN when a cookie came along on a request that another site could have made.
 */
export async function authenticate(request: { method: string; headers: HeaderSource }): Promise<UserActor> {
  const actor = await readActor(request.headers);
  if (!actor) throw new Refusal("UNAUTHENTICATED", "Sign in, or send a valid API token.");
  if (actor.via.kind === "session") assertSameOrigin(request);
  return actor;
}
