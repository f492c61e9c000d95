import { isDeepStrictEqual } from "node:util";
import { Revision } from "#lib/adapters/azure-functions/schema.ts";
import type { AppSettings, Bindings, Content, Settings } from "#lib/adapters/azure-functions/schema.ts";
import type { Context } from "#lib/adapters/azure-functions/management.ts";
import { openSite } from "#lib/adapters/azure-functions/site.ts";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import { compareValues, describeComparison } from "#lib/adapters/compare-environments.ts";
import type { Comparison } from "#lib/adapters/compare-environments.ts";
import type { Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { refuseWhenStopped } from "#lib/adapters/rest-call.ts";
import { parseRevision, readRevision, readSigned, revisionOf } from "#lib/adapters/stored-revision.ts";
import { Fault } from "#lib/domain/errors.ts";

const folderOf = ({ settings }: Context): string => {
  if (settings.revisions !== undefined) return settings.revisions;
  throw new Fault(
    "permanent",
    "NO_REVISIONS",
    "The settings of this target name no folder of stored configurations.",
    "Set revisions to a folder that holds <revision>.json for each configuration revision.",
  );
};

async function stored(ctx: Context, request: PlanRequest): Promise<{ content: Content; revision: Revision }> {
  const file = await readRevision(folderOf(ctx), revisionOf(request), ".json");
  const { revision, sha256 } = file;
  return { content: { revision, sha256 }, revision: parseRevision(file, Revision) };
}
const signed = async (ctx: Context, desired: Content): Promise<Revision> =>
  parseRevision(await readSigned(folderOf(ctx), desired, ".json"), Revision);

/** Which settings differ; never a value. */
export type SettingsObserved = Pick<Comparison, "added" | "changed" | "removed">;

async function compare(
  ctx: Context,
  { settings }: Revision,
): Promise<Comparison & { present: Map<string, string> }> {
  const { keptKeys, plainKeys } = ctx.settings;
  const present = await openSite(ctx).appSettings();
  const isOurs = ([key]: [string, string]): boolean => !keptKeys.includes(key);
  const wanted = new Map(Object.entries(settings).filter(isOurs));
  return { present, ...compareValues(new Map([...present].filter(isOurs)), wanted, plainKeys) };
}

const isSame = ({ added, changed, removed }: SettingsObserved): boolean =>
  added.length + changed.length + removed.length === 0;

export async function planSettings(ctx: Context, request: PlanRequest) {
  const { content, revision } = await stored(ctx, request);
  const { plain, present: _present, ...keys } = await compare(ctx, revision);
  return {
    title: isSame(keys)
      ? `The app settings are as in ${content.revision} already`
      : `Set all app settings to those of ${content.revision}. ${describeComparison({ ...keys, plain })}`,
    desired: { ...content, keys, plain } satisfies AppSettings,
    observed: keys satisfies SettingsObserved,
  };
}

async function observeSettings(ctx: Context, desired: Content): Promise<SettingsObserved> {
  const { added, changed, removed } = await compare(ctx, await signed(ctx, desired));
  return { added, changed, removed };
}

export const settingsExecutor: Executor<Settings, AppSettings, SettingsObserved> = {
  observe: observeSettings,
  stable: (observed) => observed,
  isDone: (_desired, observed) => isSame(observed),
  apply: async (ctx, desired): Promise<Receipt> => {
    const revision = await signed(ctx, desired);
    const { present } = await compare(ctx, revision);
    const values = new Map(Object.entries(revision.settings));
    for (const key of ctx.settings.keptKeys) {
      const value = present.get(key);
      if (value === undefined) values.delete(key);
      else values.set(key, value);
    }
    refuseWhenStopped(ctx);
    await harmlessAgain(openSite(ctx).setAppSettings(values));
    const { revision: name, sha256, keys, plain } = desired;
    return {
      changed: true,
      summary: `The app settings are as in ${name}. ${describeComparison({ ...keys, plain })}.`,
      data: { revision: name, sha256 },
    };
  },
  verify: async (ctx, desired) => [await settingsAsStored(ctx, desired)],
};

/** What is sent names everything that is wanted, so an unknown outcome is no reason not to send it again. */
async function harmlessAgain<T>(sent: Promise<T>): Promise<T> {
  return sent.catch((error: unknown) => {
    if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
    throw new Fault(
      "transient",
      error.code,
      error.message,
      "It is looked at and, where needed, sent again: it names all that is wanted, so that a repeat does no harm.",
    );
  });
}

async function settingsAsStored(ctx: Context, desired: Content) {
  const observed = await observeSettings(ctx, desired);
  return evidence(
    "App settings",
    isSame(observed),
    isSame(observed)
      ? `All are as in ${desired.revision}.`
      : `${describeComparison(observed)}; wanted is ${desired.revision}.`,
  );
}

/** Functions whose bindings are not as stored; those that are not there at all too. */
export type BindingsObserved = { differ: string[] };

async function differing(ctx: Context, { bindings }: Revision): Promise<string[]> {
  const present = new Map((await openSite(ctx).functions(null)).map((one) => [one.name, one.bindings]));
  return Object.entries(bindings)
    .filter(([name, config]) => !isDeepStrictEqual(present.get(name), config.bindings))
    .map(([name]) => name)
    .sort();
}

export async function planBindings(ctx: Context, request: PlanRequest) {
  const { content, revision } = await stored(ctx, request);
  if (Object.keys(revision.bindings).length === 0) return null;
  const differ = await differing(ctx, revision);
  return {
    title:
      differ.length === 0
        ? `The bindings are as in ${content.revision} already`
        : `Set the bindings of ${differ.join(", ")} to those of ${content.revision}`,
    desired: { ...content, functions: differ } satisfies Bindings,
    observed: { differ } satisfies BindingsObserved,
  };
}

export const bindingsExecutor: Executor<Settings, Bindings, BindingsObserved> = {
  observe: async (ctx, desired) => ({ differ: await differing(ctx, await signed(ctx, desired)) }),
  stable: (observed) => observed,
  isDone: (_desired, { differ }) => differ.length === 0,
  apply: async (ctx, desired): Promise<Receipt> => {
    const revision = await signed(ctx, desired);
    const differ = await differing(ctx, revision);
    const site = openSite(ctx);
    for (const name of differ) {
      refuseWhenStopped(ctx);
      ctx.log(`Setting the bindings of ${name}.`);
      await harmlessAgain(site.setFunction(name, { ...revision.bindings[name] })).catch((error: unknown) => {
        if (!(error instanceof Fault) || error.code !== "REFUSED") throw error;
        throw new Fault(
          "permanent",
          "BINDINGS_READ_ONLY",
          error.message,
          "An app that runs from a package has its bindings in the package: they come with the swap. Leave this step out.",
        );
      });
    }
    return {
      changed: differ.length > 0,
      summary: `The bindings of ${differ.join(", ")} are as in ${desired.revision}.`,
      data: { revision: desired.revision, functions: differ },
    };
  },
  verify: async (ctx, desired) => [await bindingsAsStored(ctx, desired)],
};

async function bindingsAsStored(ctx: Context, desired: Content) {
  const differ = await differing(ctx, await signed(ctx, desired));
  return evidence(
    "Bindings",
    differ.length === 0,
    differ.length === 0
      ? `All are as in ${desired.revision}.`
      : `Those of ${differ.join(", ")} are not as in ${desired.revision}.`,
  );
}

export const contentExecutor = checkExecutor<Settings, Content>(async (ctx, desired) => [
  await settingsAsStored(ctx, desired),
  await bindingsAsStored(ctx, desired),
]);

export const compareExecutor = checkExecutor<Settings, Content>(async (ctx, desired) => {
  const revision = await signed(ctx, desired);
  const difference = await compare(ctx, revision);
  const differ = await differing(ctx, revision);
  return [
    evidence("App settings", true, `${describeComparison(difference)}. Values are hidden unless plain.`),
    evidence("Bindings", true, differ.length === 0 ? "None differ." : `They differ: ${differ.join(", ")}.`),
  ];
});
