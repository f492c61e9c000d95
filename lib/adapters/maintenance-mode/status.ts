import { isDeepStrictEqual } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { under } from "#lib/adapters/http-address.ts";
import { atJsonPath, parseJson } from "#lib/adapters/json-path.ts";
import type { Mode, Settings } from "#lib/adapters/maintenance-mode/schema.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { HttpAnswer } from "#lib/domain/guarded-http.ts";

type Context = AdapterContext<Settings>;
const lookEveryMs = 200;

/** Which mode the target shows; null: it has nothing to look at. Throws Fault. */
export async function readMode(ctx: Context): Promise<Mode | null> {
  const { url, statusPath, onStatus, timeoutMs } = ctx.settings;
  if (statusPath === undefined) return null;
  const answer = await ctx.http({
    method: "GET",
    url: under(url, statusPath),
    headers: { accept: "application/json, */*;q=0.5", ...authorization(ctx) },
    timeoutMs,
    signal: ctx.signal,
  });
  return onStatus === undefined ? byValue(ctx, answer) : byStatus(ctx, answer, onStatus);
}

/** Looks until the target shows `mode` or the time is over. What cannot be seen now may be seen at the next look. */
export async function watchMode(ctx: Context, mode: Mode): Promise<boolean> {
  const end = performance.now() + ctx.settings.settleSeconds * 1000;
  for (;;) {
    const seen = await readMode(ctx).catch((error: unknown) => {
      if (error instanceof Fault && error.kind === "transient") return null;
      throw error;
    });
    if (seen === mode) return true;
    const left = end - performance.now();
    if (ctx.signal.aborted || left <= 0) return false;
    await delay(Math.min(lookEveryMs, left), undefined, { signal: ctx.signal }).catch((error: unknown) => {
      if (!ctx.signal.aborted) throw error;
    });
  }
}

export function authorization({ secrets }: Context): Record<string, string> {
  const token = secrets["token"];
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

function byStatus(ctx: Context, answer: HttpAnswer, onStatus: number): Mode {
  if (answer.status === onStatus) return "on";
  if (isGood(answer.status)) return "off";
  throw unclear(ctx, answer, `neither ${onStatus} nor 2xx`);
}

function byValue(ctx: Context, answer: HttpAnswer): Mode {
  const { statusField, onValue, offValue } = ctx.settings;
  if (!isGood(answer.status)) throw unclear(ctx, answer, "not 2xx");
  const value = atJsonPath(parseJson(answer.body), statusField);
  if (isDeepStrictEqual(value, onValue)) return "on";
  if (isDeepStrictEqual(value, offValue)) return "off";
  throw new Fault(
    "permanent",
    "UNKNOWN_STATUS",
    `${ctx.settings.statusPath ?? ""} shows neither on nor off at ${statusField}: ${excerpt(ctx.redact(answer.body))}`,
    "Set statusField, onValue and offValue to what the target answers.",
  );
}

export function notAuthorised(ctx: Context, what: string, { status, body }: HttpAnswer): Fault {
  return new Fault(
    "permanent",
    "NOT_AUTHORISED",
    `${what} answered ${status}: ${excerpt(ctx.redact(body))}`,
    "Check the secret `token` of this target, and what it may do there.",
  );
}

function unclear(ctx: Context, answer: HttpAnswer, why: string): Fault {
  const what = `GET ${ctx.settings.statusPath ?? ""}`;
  if (answer.status === 401 || answer.status === 403) return notAuthorised(ctx, what, answer);
  const isPassing = answer.status >= 500 || answer.status === 429 || answer.status === 408;
  return new Fault(
    isPassing ? "transient" : "permanent",
    "STATUS_NOT_SHOWN",
    `${what} answered ${answer.status}, ${why}: ${excerpt(ctx.redact(answer.body))}`,
    "Look whether the target runs, and check statusPath and onStatus in the settings.",
  );
}

export const isGood = (status: number): boolean => status >= 200 && status < 300;
