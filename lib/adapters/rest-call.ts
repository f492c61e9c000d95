import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { HttpAnswer } from "#lib/domain/guarded-http.ts";
import type { Json } from "#lib/domain/json.ts";

type Context = Pick<AdapterContext<unknown>, "http" | "signal" | "redact" | "log">;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type RestCall = {
  method?: Method;
  url: string;
  headers: Record<string, string>;
  body?: Json;
  /** Sent as a form instead of a JSON body. */
  form?: Record<string, string>;
  /** Milliseconds, for one attempt. */
  timeoutMs: number;
  maxBytes?: number;
  /** A POST that changes nothing: lost answers are no uncertainty, and it may be repeated. */
  isLook?: boolean;
  /** Statuses that are an answer although they are not 2xx. */
  also?: readonly number[];
  /** For messages: which secret the target would refuse, and what 404 would mean. */
  secret: string;
  gone?: { code: string; message: string; advice: string };
};

const mostAttempts = 4;
const longestPauseMs = 30_000;

/**
 * One call of a JSON API. Throttling (429, and 503 with Retry-After: nothing was done) is waited for as the target asks,
 * up to 30 s a time and four attempts in all; whatever only looks is repeated after other passing faults too. Throws
 * Fault: `permanent` for what a repeat would not change, `unknown` when something may have been done, else `transient`.
 */
export async function restCall(ctx: Context, call: RestCall): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(ctx, call);
    if (!(outcome instanceof Fault)) {
      const wait = throttled(outcome);
      if (wait === null) return checked(ctx, call, outcome);
      if (attempt === mostAttempts || wait > longestPauseMs) throw throttledFault(call, outcome, wait);
      ctx.log(`${placeOf(call)} answered ${outcome.status}; trying again in ${wait} ms as asked.`);
      await pause(ctx, wait);
      continue;
    }
    throw outcome;
  }
}

/** As `restCall`, with the answer in its shape. Throws Fault UNEXPECTED_ANSWER otherwise. */
export async function restJson<T>(ctx: Context, call: RestCall, schema: z.ZodType<T>): Promise<T> {
  const answer = await restCall(ctx, call);
  const parsed = schema.safeParse(parseJson(answer.body));
  if (parsed.success) return parsed.data;
  const mayHaveActed = isMutating(call);
  throw new Fault(
    mayHaveActed ? "unknown" : "permanent",
    "UNEXPECTED_ANSWER",
    `${placeOf(call)} answered ${answer.status} with something else than its contract says${answer.truncated ? " (it was cut off)" : ""}: ${parsed.error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.join(".") || "the whole"} ${issue.code}`)
      .join(", ")}.`,
    "Check the address in the settings: another system may answer there.",
  );
}

const isMutating = (call: RestCall): boolean => (call.method ?? "GET") !== "GET" && call.isLook !== true;

async function once(ctx: Context, call: RestCall): Promise<HttpAnswer | Fault> {
  const sent = contentOf(call);
  try {
    return await ctx.http({
      method: call.method ?? "GET",
      url: call.url,
      headers: {
        accept: "application/json",
        ...(sent !== null && { "content-type": sent.type }),
        ...call.headers,
      },
      ...(sent !== null && { body: sent.body }),
      timeoutMs: call.timeoutMs,
      ...(call.maxBytes !== undefined && { maxBytes: call.maxBytes }),
      signal: ctx.signal,
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.kind !== "unknown" || isMutating(call)) return error;
    return new Fault("transient", error.code, error.message, "Nothing was changed; it is asked again.");
  }
}

function contentOf({ body, form }: RestCall): { type: string; body: string } | null {
  if (form !== undefined)
    return { type: "application/x-www-form-urlencoded", body: new URLSearchParams(form).toString() };
  return body === undefined ? null : { type: "application/json", body: JSON.stringify(body) };
}

/** Milliseconds to wait, where the answer says that nothing was done and when to ask again; otherwise null. */
function throttled({ status, headers }: HttpAnswer): number | null {
  const after = headers["retry-after"];
  if (status !== 429 && !(status === 503 && after !== undefined)) return null;
  if (after === undefined) return 1000;
  const seconds = Number(after);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(after);
  return Number.isNaN(date) ? 1000 : Math.max(0, date - Date.now());
}

function checked(ctx: Context, call: RestCall, answer: HttpAnswer): HttpAnswer {
  const { status } = answer;
  if ((status >= 200 && status < 300) || call.also?.includes(status) === true) return answer;
  throw statusFault(call, status, excerpt(ctx.redact(answer.body)));
}

/** What an answer that is not 2xx means. */
function statusFault(
  call: Pick<RestCall, "method" | "url" | "secret" | "gone" | "isLook">,
  status: number,
  said: string,
): Fault {
  const what = `${placeOf(call)} answered ${status}: ${said}`;
  if (status === 401)
    return new Fault(
      "permanent",
      "NOT_AUTHENTICATED",
      what,
      `Check the secret \`${call.secret}\` of this target: it is wrong, expired or revoked.`,
    );
  if (status === 403)
    return new Fault(
      "permanent",
      "NOT_PERMITTED",
      what,
      `Whoever the secret \`${call.secret}\` belongs to may not do this there. Give it the permission.`,
    );
  if (status === 404 || status === 410)
    return call.gone
      ? new Fault("permanent", call.gone.code, call.gone.message, call.gone.advice)
      : new Fault("permanent", "NOT_THERE", what, "Check the names in the settings of this target.");
  if (status === 409)
    return new Fault(
      "transient",
      "CONFLICT",
      what,
      "Something else is being changed there. It is tried again within the limit of the step.",
    );
  if (status < 500 && status !== 408)
    return new Fault("permanent", "REFUSED", what, "Nothing was changed. Correct what the answer names.");
  const mayHaveActed = (call.method ?? "GET") !== "GET" && call.isLook !== true;
  return mayHaveActed
    ? new Fault("unknown", "NO_CLEAR_ANSWER", what, "Look at the target whether it was done.")
    : new Fault(
        "transient",
        "TARGET_FAILS",
        what,
        "Look at the status page of the platform; it is asked again.",
      );
}

function throttledFault(call: RestCall, answer: HttpAnswer, wait: number): Fault {
  return new Fault(
    "transient",
    "THROTTLED",
    `${placeOf(call)} answers ${answer.status}: too many calls; it asks to wait ${Math.round(wait / 1000)} s.`,
    "Nothing was changed by this call. It is tried again within the limit of the step.",
  );
}

/** Waits; returns early, without an error, when the step is stopped. */
async function pause(ctx: Pick<Context, "signal">, milliseconds: number): Promise<void> {
  await delay(milliseconds, undefined, { signal: ctx.signal }).catch((error: unknown) => {
    if (!ctx.signal.aborted) throw error;
  });
}

function placeOf({ method, url }: Pick<RestCall, "method" | "url">): string {
  return `${method ?? "GET"} ${URL.parse(url)?.pathname ?? url}`;
}

/** Throws Fault `transient` CANCELLED when the step was stopped, before something is asked for. */
export function refuseWhenStopped(ctx: Pick<Context, "signal">): void {
  if (!ctx.signal.aborted) return;
  throw new Fault("transient", "CANCELLED", "Stopped before the request was sent.", "Nothing was changed.");
}

/** Looks every `firstMs` and then less and less often, at most every `firstMs` × 16, until `look` gives something or the time is over (null). */
export async function watchUntil<T>(
  ctx: Pick<Context, "signal">,
  times: { seconds: number; firstMs: number },
  look: () => Promise<T | null>,
): Promise<T | null> {
  const end = performance.now() + times.seconds * 1000;
  for (let every = times.firstMs; ; every = Math.min(every * 1.5, times.firstMs * 16)) {
    const found = await look().catch((error: unknown) => {
      // What cannot be seen now may be seen at the next look.
      if (error instanceof Fault && error.kind === "transient" && performance.now() < end) return null;
      throw error;
    });
    if (found !== null) return found;
    if (ctx.signal.aborted || performance.now() >= end) return null;
    await pause(ctx, Math.max(1, Math.min(every, end - performance.now())));
  }
}
