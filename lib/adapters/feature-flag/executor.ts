import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { AdapterContext, Executor, Planned, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { word } from "#lib/adapters/feature-flag/flag-faults.ts";
import { openProvider } from "#lib/adapters/feature-flag/open-provider.ts";
import type { Flag, Flags, Settings } from "#lib/adapters/feature-flag/schema.ts";
import { watchUntil } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = { enabled: boolean };

/** A step for each flag. */
export async function planSet(ctx: Context): Promise<Planned<Flag, Observed>[]> {
  const provider = openProvider(ctx);
  const plans: Planned<Flag, Observed>[] = [];
  for (const flag of ctx.settings.flags) {
    const enabled = await provider.read(flag.name);
    const what = `${flag.name} ${word(flag.enabled)} in ${provider.place}`;
    const title = enabled === flag.enabled ? `${flag.name} is ${word(enabled)} already` : `Turn ${what}`;
    plans.push({ title, desired: flag, observed: { enabled } });
  }
  return plans;
}

/** Sets a flag to a value, which does no harm a second time. */
export const setExecutor: Executor<Settings, Flag, Observed> = {
  observe: async (ctx, { name }) => ({ enabled: await openProvider(ctx).read(name) }),
  stable: (observed) => observed,
  isDone: (desired, { enabled }) => enabled === desired.enabled,
  apply: set,
  verify: async (ctx, desired) => [await stands(ctx, desired)],
};

async function set(ctx: Context, desired: Flag): Promise<Receipt> {
  const provider = openProvider(ctx);
  const { name, enabled } = desired;
  const data = { name, enabled };
  if ((await provider.read(name)) === enabled)
    return { changed: false, summary: `${name} is ${word(enabled)} already.`, data };
  if (ctx.signal.aborted)
    throw new Fault("transient", "CANCELLED", "Stopped before anything was sent.", "Nothing was changed.");
  ctx.log(`Turning ${name} ${word(enabled)} in ${provider.place}.`);
  await provider.write(desired).catch(async (error: unknown) => {
    if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
    if ((await provider.read(name)) === enabled) return;
    throw new Fault(
      "transient",
      error.code,
      error.message,
      "Setting it once more does no harm; it is tried again.",
    );
  });
  return { changed: true, summary: `${name} is ${word(enabled)} in ${provider.place}.`, data };
}

async function stands(ctx: Context, { name, enabled }: Flag) {
  const provider = openProvider(ctx);
  const found = await provider.read(name);
  return evidence(`Flag ${name}`, found === enabled, `It is ${word(found)} in ${provider.place}.`);
}

export const recordExecutor = checkExecutor<Settings, Flags>(async (ctx, { flags }) => {
  const provider = openProvider(ctx);
  return Promise.all(
    flags.map(async ({ name }) =>
      evidence(`Flag ${name}`, true, `It is ${word(await provider.read(name))} in ${provider.place}.`),
    ),
  );
});

/** The flag stands as wanted, and those who ask for it are told so. */
export const verifyExecutor = checkExecutor<Settings, Flags>(async (ctx, { flags }) => {
  const provider = openProvider(ctx);
  const found = await Promise.all(
    flags.map(async (flag) => {
      const own = await stands(ctx, flag);
      if (!own.ok) return [own];
      const times = { seconds: ctx.settings.settleSeconds, firstMs: 250 };
      const seen = await watchUntil(ctx, times, () => provider.evaluate(flag));
      return [own, ...(seen ?? [])];
    }),
  );
  return found.flat();
});
