import type { AdapterContext, Executor, Receipt } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { under } from "#lib/adapters/http-address.ts";
import type { Settings, Switch } from "#lib/adapters/http-blue-green/schema.ts";
import type { Place, Status } from "#lib/adapters/http-blue-green/status.ts";
import { call, isAt, readStatus, refused, shown, watch } from "#lib/adapters/http-blue-green/target.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = { current: Place; idle: Place | null };

/** Switches traffic. A second POST would switch back, so none is sent unless the target is seen where it began. */
export const switchExecutor: Executor<Settings, Switch, Observed> = {
  observe: async (ctx) => observedOf(await readStatus(ctx)),
  stable: (observed) => observed,
  isDone: (desired, { current }) => isAt(current, desired),
  apply: (ctx, desired) => converge(ctx, desired),
  verify: async (ctx, desired) => {
    const { current } = await readStatus(ctx);
    return [
      evidence("Environment that serves", isAt(current, desired), `The target shows ${shown(current)}.`),
    ];
  },
};

export const observedOf = ({ current, idle }: Status): Observed => ({
  current,
  idle: idle === null ? null : { environment: idle.environment, version: idle.version },
});

async function converge(ctx: Context, desired: Switch): Promise<Receipt> {
  const before = await readStatus(ctx);
  if (isAt(before.current, desired)) return receipt(false, `${shown(desired)} serves already.`, desired);
  refuseDrift(before, desired);
  if (ctx.previous === "unknown") {
    ctx.log(`An earlier request may be under way: watching the target for ${ctx.settings.settleSeconds} s.`);
    const settled = await settle(ctx, desired);
    if (settled !== null) return settled;
    if (!ctx.settings.conditional)
      throw uncertain(ctx, desired, "An earlier attempt ended without a recorded outcome.");
  }
  if (before.idle === null || !isAt(before.idle, desired))
    throw new Fault(
      "permanent",
      "DRIFT",
      `A switch would not lead to ${shown(desired)}: the idle environment is ${before.idle === null ? "not shown" : shown(before.idle)}.`,
      "Somebody else has changed it. Nothing was sent. Make a new plan from what is there now.",
    );
  return post(ctx, desired);
}

async function post(ctx: Context, desired: Switch): Promise<Receipt> {
  const { conditional, rollbackPath, switchSeconds } = ctx.settings;
  if (ctx.signal.aborted)
    throw new Fault("transient", "CANCELLED", "Stopped before the request was sent.", "Nothing was changed.");
  const { environment, version, from } = desired;
  ctx.log(`POST ${rollbackPath}: from ${shown(from)} to ${shown(desired)}.`);
  let answer;
  try {
    answer = await call(ctx, rollbackPath, {
      method: "POST",
      ...(conditional && {
        body: JSON.stringify({ from: from.environment, to: environment, version }),
        headers: { "idempotency-key": ctx.effectKey },
      }),
      timeoutMs: switchSeconds * 1000,
    });
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
    ctx.log(`${error.message} Watching the target.`);
    const settled = await settle(ctx, desired);
    if (settled !== null) return settled;
    throw unsettled(ctx, desired, error.message);
  }
  const said = `${rollbackPath} answered ${answer.status}`;
  ctx.log(`${said}: ${excerpt(ctx.redact(answer.body))}`);
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 408) {
    const now = await readStatus(ctx);
    if (isAt(now.current, desired)) return receipt(true, `${shown(desired)} serves.`, desired);
    refuseDrift(now, desired);
    throw refused(ctx, `POST ${rollbackPath}`, answer);
  }
  const isAccepted = answer.status < 400;
  const settled = await settle(ctx, desired, isAccepted ? switchSeconds : undefined);
  if (settled !== null) return settled;
  throw unsettled(ctx, desired, `${said}.`);
}

/** A target that checks the precondition may be asked again; any other would switch back. */
function unsettled(ctx: Context, desired: Switch, why: string): Fault {
  const fault = uncertain(ctx, desired, why);
  if (!ctx.settings.conditional) return fault;
  const advice = "It is asked again under the same key, which cannot switch twice.";
  return new Fault("transient", "SWITCH_NOT_SEEN", fault.message, advice);
}

/** Watches until the target has left where it began. Null: it stayed there, or could not be seen. */
async function settle(
  ctx: Context,
  desired: Switch,
  seconds = ctx.settings.settleSeconds,
): Promise<Receipt | null> {
  const { last } = await watch(ctx, seconds, ({ current }) => !isAt(current, desired.from));
  if (last === null) return null;
  if (isAt(last.current, desired)) return receipt(true, `${shown(desired)} serves now.`, desired);
  refuseDrift(last, desired);
  return null;
}

function refuseDrift({ current }: Status, { from, environment, version }: Switch): void {
  if (isAt(current, from)) return;
  throw new Fault(
    "permanent",
    "DRIFT",
    `The target shows ${shown(current)}; the plan rests on ${shown(from)} and wants ${shown({ environment, version })}.`,
    "Somebody else has changed it. Nothing more was sent. Make a new plan from what is there now.",
  );
}

function uncertain(ctx: Context, desired: Switch, why: string): Fault {
  const status = under(ctx.settings.url, ctx.settings.statusPath);
  return new Fault(
    "unknown",
    "SWITCH_UNCERTAIN",
    `${why} The target was watched and did not show ${shown(desired)}; a switch from ${shown(desired.from)} may still come.`,
    `Look at ${status} until you are sure. If it shows ${shown(desired)}, mark the step done. If it stays at ` +
      `${shown(desired.from)} and the target's own log has no rollback request, run the step's command by hand, once. ` +
      "A second request would switch back.",
  );
}

function receipt(changed: boolean, summary: string, { environment, version, from }: Switch): Receipt {
  return { changed, summary, data: { environment, version, from } };
}
