import { setTimeout as delay } from "node:timers/promises";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { under } from "#lib/adapters/http-address.ts";
import type { Settings } from "#lib/adapters/http-blue-green/schema.ts";
import { parseStatus } from "#lib/adapters/http-blue-green/status.ts";
import type { Place, Status } from "#lib/adapters/http-blue-green/status.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { HttpAnswer } from "#lib/domain/guarded-http.ts";

type Context = AdapterContext<Settings>;
const lookEveryMs = 250;

/** Calls the target; the token goes along when there is one. */
export function call(
  ctx: Context,
  path: string,
  more: {
    method?: "GET" | "POST";
    body?: string | undefined;
    headers?: Record<string, string>;
    timeoutMs?: number;
  } = {},
): Promise<HttpAnswer> {
  const token = ctx.secrets["token"];
  return ctx.http({
    method: more.method ?? "GET",
    url: under(ctx.settings.url, path),
    headers: {
      accept: "application/json, text/plain;q=0.9",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(more.body !== undefined && { "content-type": "application/json" }),
      ...more.headers,
    },
    ...(more.body !== undefined && { body: more.body }),
    timeoutMs: more.timeoutMs ?? ctx.settings.timeoutMs,
    signal: ctx.signal,
  });
}

/** Reads the status document. Throws Fault. */
export async function readStatus(ctx: Context): Promise<Status> {
  const answer = await call(ctx, ctx.settings.statusPath);
  if (answer.status >= 200 && answer.status < 300) return parseStatus(ctx.redact(answer.body));
  throw refused(ctx, `GET ${ctx.settings.statusPath}`, answer);
}

/** An answer that is not 2xx, as a fault: temporary when the status says so. */
export function refused(ctx: Context, what: string, answer: HttpAnswer): Fault {
  const isTemporary = answer.status >= 500 || answer.status === 408 || answer.status === 429;
  const isAuth = answer.status === 401 || answer.status === 403;
  return new Fault(
    isTemporary ? "transient" : "permanent",
    isAuth ? "NOT_AUTHORISED" : "UNEXPECTED_ANSWER",
    `${what} answered ${answer.status}: ${excerpt(ctx.redact(answer.body))}`,
    isAuth
      ? "Check the secret `token` of this target."
      : "Check the address and the path in the settings, and the target's own log.",
  );
}

/**
 * Looks at the target again and again until `until` holds or the time is over; what cannot be seen now may be seen at
 * the next look. Null: it could never be seen.
 */
export async function watch(
  ctx: Context,
  seconds: number,
  until: (status: Status) => boolean,
): Promise<{ last: Status | null; trouble: string | null }> {
  const end = performance.now() + seconds * 1000;
  let last: Status | null = null;
  let trouble: string | null = null;
  for (;;) {
    try {
      last = await readStatus(ctx);
      trouble = null;
      if (until(last)) return { last, trouble };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      trouble = error.message;
    }
    if (ctx.signal.aborted || performance.now() >= end) return { last, trouble };
    await delay(Math.min(lookEveryMs, Math.max(1, end - performance.now())), undefined, {
      signal: ctx.signal,
    }).catch((error: unknown) => {
      if (!ctx.signal.aborted) throw error;
    });
  }
}

export const isAt = (place: Place, wanted: Place): boolean =>
  place.environment === wanted.environment && place.version === wanted.version;

/** Such as “green (2.4.0)”. */
export const shown = (place: Place): string => `${place.environment} (${place.version ?? "version unknown"})`;
