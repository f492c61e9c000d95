import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { openDataverse, types } from "#lib/adapters/copilot-studio/dataverse.ts";
import type { Component, Context } from "#lib/adapters/copilot-studio/dataverse.ts";
import { StoredTopics } from "#lib/adapters/copilot-studio/schema.ts";
import type { Publish, Settings, Topics } from "#lib/adapters/copilot-studio/schema.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { refuseWhenStopped } from "#lib/adapters/rest-call.ts";
import { parseRevision, readRevision, readSigned, revisionOf } from "#lib/adapters/stored-revision.ts";
import { Fault } from "#lib/domain/errors.ts";

const folderOf = ({ settings }: Context): string => {
  if (settings.revisions !== undefined) return settings.revisions;
  throw new Fault(
    "permanent",
    "NO_REVISIONS",
    "The settings of this target name no folder of stored topics.",
    "Set revisions to a folder that holds <revision>.json for each configuration revision.",
  );
};
type Stored = Map<string, string>;

const topicsOf = (parsed: { topics: Record<string, { data: string }> }): Stored =>
  new Map(Object.entries(parsed.topics).map(([name, { data }]) => [name, data]));
const signed = async (ctx: Context, desired: Topics): Promise<Stored> =>
  topicsOf(parseRevision(await readSigned(folderOf(ctx), desired, ".json"), StoredTopics));

/** Topics that are not as stored, that are not there, and that only the present version has; by schema name. */
export type TopicsObserved = { differ: string[]; missing: string[]; extra: string[] };

async function present(ctx: Context): Promise<Map<string, Component>> {
  const dataverse = openDataverse(ctx);
  const components = await dataverse.components(await dataverse.bot());
  const topics = components.filter(({ componenttype }) => componenttype === types.topic);
  return new Map(topics.map((topic) => [topic.schemaname, topic]));
}

function compare(stored: Stored, there: Map<string, Component>): TopicsObserved {
  const names = [...stored.keys()].sort();
  return {
    differ: names.filter((name) => there.has(name) && there.get(name)?.data !== stored.get(name)),
    missing: names.filter((name) => !there.has(name)),
    extra: [...there.keys()].filter((name) => !stored.has(name)).sort(),
  };
}

export async function planTopics(ctx: Context, request: PlanRequest) {
  const file = await readRevision(folderOf(ctx), revisionOf(request), ".json");
  const stored = topicsOf(parseRevision(file, StoredTopics));
  const observed = compare(stored, await present(ctx));
  const { revision, sha256 } = file;
  const changes = [...observed.differ, ...observed.missing];
  return {
    title:
      changes.length === 0
        ? `The topics are as in ${revision} already`
        : `Set the topics ${changes.join(", ")} to those of ${revision}`,
    desired: { revision, sha256, topics: [...stored.keys()].sort() } satisfies Topics,
    observed,
    notReverted:
      observed.extra.length === 0
        ? []
        : [
            {
              what: `Topics that ${revision} did not have: ${observed.extra.join(", ")}`,
              why: "A topic that other topics may lead to is not taken out by itself. Turn it off in Copilot Studio.",
            },
          ],
  };
}

export const topicsExecutor: Executor<Settings, Topics, TopicsObserved> = {
  observe: async (ctx, desired) => compare(await signed(ctx, desired), await present(ctx)),
  stable: (observed) => observed,
  isDone: (_desired, { differ, missing }) => differ.length + missing.length === 0,
  apply: async (ctx, desired): Promise<Receipt> => {
    const stored = await signed(ctx, desired);
    const there = await present(ctx);
    const { differ, missing } = compare(stored, there);
    if (missing.length > 0)
      throw new Fault(
        "permanent",
        "TOPIC_MISSING",
        `The agent has no topic ${missing.join(", ")}.`,
        "Import the solution that holds it first: a topic that is made by itself knows no trigger phrases.",
      );
    const dataverse = openDataverse(ctx);
    for (const name of differ) {
      refuseWhenStopped(ctx);
      ctx.log(`Setting the topic ${name}.`);
      await harmlessAgain(dataverse.setData(there.get(name)?.botcomponentid ?? "", stored.get(name) ?? ""));
    }
    return {
      changed: differ.length > 0,
      summary: `${differ.length} topics were set to those of ${desired.revision}: ${differ.join(", ")}.`,
      data: { revision: desired.revision, topics: differ },
    };
  },
  verify: async (ctx, desired) => [await topicsAsStored(ctx, desired)],
};

/** What is sent names all that is wanted, so an unknown outcome is no reason not to send it again. */
export function harmlessAgain<T>(sent: Promise<T>): Promise<T> {
  return sent.catch((error: unknown) => {
    if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
    const advice = "It is looked at and, where needed, sent again: a repeat sets the same.";
    throw new Fault("transient", error.code, error.message, advice);
  });
}

async function topicsAsStored(ctx: Context, desired: Topics) {
  const { differ, missing } = compare(await signed(ctx, desired), await present(ctx));
  const wrong = [...differ, ...missing];
  return evidence(
    "Topics",
    wrong.length === 0,
    wrong.length === 0
      ? `All are as in ${desired.revision}.`
      : `Not as in ${desired.revision}: ${wrong.join(", ")}.`,
  );
}

export const compareExecutor = checkExecutor<Settings, Topics>(async (ctx, desired) => {
  const { differ, missing, extra } = compare(await signed(ctx, desired), await present(ctx));
  const said = [
    `differ: ${differ.join(", ")}`,
    `missing: ${missing.join(", ")}`,
    `added since: ${extra.join(", ")}`,
  ];
  return [evidence("Topics", true, said.filter((text) => !text.endsWith(": ")).join("; ") || "None differ.")];
});

export const topicsVerifyExecutor = checkExecutor<Settings, Topics>(async (ctx, desired) => [
  await topicsAsStored(ctx, desired),
]);

export type PublishObserved = { publishedOn: string | null; changedOn: string | null };

export async function observePublished(ctx: Context): Promise<PublishObserved> {
  const dataverse = openDataverse(ctx);
  const bot = await dataverse.bot();
  const changed = (await dataverse.components(bot)).map(({ modifiedon }) => modifiedon);
  const newest = changed.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  return { publishedOn: bot.publishedon, changedOn: newest ?? null };
}

const isPublished = ({ publishedOn, changedOn }: PublishObserved): boolean =>
  publishedOn !== null && (changedOn === null || Date.parse(publishedOn) >= Date.parse(changedOn));

export const publishExecutor: Executor<Settings, Publish, PublishObserved> = {
  observe: observePublished,
  stable: (observed) => observed,
  isDone: (_desired, observed) => isPublished(observed),
  apply: async (ctx): Promise<Receipt> => {
    const dataverse = openDataverse(ctx);
    const bot = await dataverse.bot();
    // What an unmanaged import brings is a draft until all customizations are published.
    if ((await dataverse.solution())?.isManaged !== true) {
      refuseWhenStopped(ctx);
      await harmlessAgain(dataverse.publishCustomizations());
    }
    refuseWhenStopped(ctx);
    await harmlessAgain(dataverse.publish(bot));
    return { changed: true, summary: `${bot.name} was published.`, data: { bot: ctx.settings.bot } };
  },
  verify: async (ctx) => {
    const observed = await observePublished(ctx);
    const { publishedOn, changedOn } = observed;
    if (!isPublished(observed))
      throw new Fault(
        "transient",
        "NOT_PUBLISHED_YET",
        `The agent was published ${publishedOn ?? "never"} and changed ${changedOn ?? "never"}.`,
        "Publishing takes a moment; this is checked again within its limit. See Copilot Studio for what it says.",
      );
    return [evidence("Published", true, `On ${publishedOn ?? "?"}; last change ${changedOn ?? "none"}.`)];
  },
};
