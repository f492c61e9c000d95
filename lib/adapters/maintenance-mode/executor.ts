import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { AdapterContext, Executor, Inspection, Receipt } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { under } from "#lib/adapters/http-address.ts";
import type { Mode, Nothing, Settings, Wanted } from "#lib/adapters/maintenance-mode/schema.ts";
import {
  authorization,
  isGood,
  notAuthorised,
  readMode,
  watchMode,
} from "#lib/adapters/maintenance-mode/status.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
/** Null: the target has nothing to look at. `accepted`: this process was told that the call has worked. */
export type Observed = { mode: Mode | null; accepted: boolean };

/**
 * Without a status the answer to the call is all that is ever known, and only the process that got it knows it: one
 * that takes over meets an unknown outcome, as it should.
 */
const accepted = new Set<string>();
const keyOf = (ctx: Context, { maintenance }: Wanted): string => `${ctx.effectKey} ${maintenance}`;

export const modeExecutor: Executor<Settings, Wanted, Observed> = {
  observe: async (ctx, desired) => ({
    mode: await readMode(ctx),
    accepted: accepted.has(keyOf(ctx, desired)),
  }),
  stable: ({ mode }) => ({ mode: mode ?? "not shown" }),
  isDone: ({ maintenance }, observed) =>
    observed.mode === null ? observed.accepted : observed.mode === maintenance,
  apply: converge,
  verify: async (ctx, desired) => {
    const mode = await readMode(ctx);
    if (mode !== null)
      return [evidence("Maintenance mode", mode === desired.maintenance, `The target shows it ${mode}.`)];
    const isAccepted = accepted.has(keyOf(ctx, desired));
    const detail = `The target ${isAccepted ? "accepted the call" : "was not seen to accept the call"}; it has no status to look at.`;
    return [evidence("Maintenance mode", isAccepted, detail)];
  },
};

async function converge(ctx: Context, desired: Wanted): Promise<Receipt> {
  const { maintenance } = desired;
  const before = await readMode(ctx);
  if (before === maintenance) return receipt(false, maintenance, "already");
  if (ctx.previous === "unknown") {
    if (before === null && !ctx.settings.idempotent)
      throw uncertain(ctx, maintenance, "An earlier call ended without a recorded answer.");
    if (before !== null) {
      ctx.log(`An earlier call may be under way: watching the target for ${ctx.settings.settleSeconds} s.`);
      if (await watchMode(ctx, maintenance)) return receipt(true, maintenance, "now");
    }
  }
  if (ctx.signal.aborted)
    throw new Fault("transient", "CANCELLED", "Stopped before the request was sent.", "Nothing was changed.");
  return ask(ctx, desired, before !== null);
}

async function ask(ctx: Context, desired: Wanted, canLook: boolean): Promise<Receipt> {
  const { maintenance } = desired;
  const { method, path, body } = ctx.settings[maintenance];
  const what = `${method} ${path}`;
  ctx.log(`${what}: maintenance mode ${maintenance}.`);
  let trouble: string;
  try {
    const answer = await ctx.http({
      method,
      url: under(ctx.settings.url, path),
      headers: {
        accept: "application/json, */*;q=0.5",
        "idempotency-key": ctx.effectKey,
        ...authorization(ctx),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      timeoutMs: ctx.settings.timeoutMs,
      signal: ctx.signal,
    });
    trouble = `${what} answered ${answer.status}: ${excerpt(ctx.redact(answer.body))}`;
    ctx.log(trouble);
    if (isGood(answer.status) && !canLook) {
      remember(keyOf(ctx, desired));
      return receipt(true, maintenance, "as the target answered");
    }
    if (answer.status === 401 || answer.status === 403) throw notAuthorised(ctx, what, answer);
    if (answer.status === 429)
      throw new Fault("transient", "THROTTLED", trouble, "Nothing was changed; it is asked again.");
    if (answer.status >= 300 && answer.status < 500 && answer.status !== 408)
      throw new Fault(
        "permanent",
        "REFUSED",
        trouble,
        `Correct the call for ${maintenance} in the settings; see the target's own log.`,
      );
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
    trouble = error.message;
  }
  if (!canLook && !ctx.settings.idempotent) throw uncertain(ctx, maintenance, trouble);
  if (canLook && (await watchMode(ctx, maintenance))) return receipt(true, maintenance, "now");
  throw new Fault(
    "transient",
    "NOT_SHOWN",
    `${trouble} The target does not show maintenance mode ${maintenance}.`,
    "The call names the state that is wanted, so it is asked again.",
  );
}

/** The oldest go first: nobody asks for those again. */
function remember(key: string): void {
  accepted.add(key);
  const [oldest] = accepted;
  if (accepted.size > 1000 && oldest !== undefined) accepted.delete(oldest);
}

function uncertain({ settings }: Context, mode: Mode, why: string): Fault {
  return new Fault(
    "unknown",
    "MODE_UNCERTAIN",
    `${why} Whether maintenance mode is ${mode} cannot be looked at.`,
    `Open ${settings.url} as a user would. If maintenance mode is ${mode}, mark the step done; if not, run its command by hand. ` +
      "Set statusPath so that this can be seen, or idempotent if asking twice does no harm.",
  );
}

export const checkMode = checkExecutor<Settings, Nothing>(async (ctx) => [await shownMode(ctx)]);

/** What the target shows of itself. Throws Fault. */
export async function inspect(ctx: Context): Promise<Inspection> {
  return { tools: [], evidence: [await shownMode(ctx)], current: null, history: [] };
}

async function shownMode(ctx: Context) {
  const mode = await readMode(ctx);
  return evidence(
    "Maintenance mode",
    true,
    mode === null ? "No statusPath is set, so nothing was looked at." : `The target shows it ${mode}.`,
  );
}

function receipt(changed: boolean, mode: Mode, when: string): Receipt {
  return { changed, summary: `Maintenance mode is ${mode} ${when}.`, data: { maintenance: mode } };
}
