import type { Identity, Inspection } from "#lib/adapters/contract.ts";
import { openDataverse, types } from "#lib/adapters/copilot-studio/dataverse.ts";
import type { Context } from "#lib/adapters/copilot-studio/dataverse.ts";
import { evidence } from "#lib/adapters/evidence.ts";

export async function identify(ctx: Context): Promise<Identity> {
  return { kind: "dataverse-organization", id: await openDataverse(ctx).organization() };
}

/** Dataverse keeps no files of earlier versions, so the history is what is installed. */
export async function inspect(ctx: Context): Promise<Inspection> {
  const dataverse = openDataverse(ctx);
  const [solution, bot] = await Promise.all([dataverse.solution(), dataverse.bot()]);
  const components = await dataverse.components(bot);
  const count = (type: number): number =>
    components.filter(({ componenttype }) => componenttype === type).length;
  const kind = solution?.isManaged === true ? "managed" : "unmanaged";
  const current =
    solution === null
      ? null
      : { version: solution.version, deployedAt: bot.publishedon, artifacts: {}, detail: kind };
  return {
    tools: [],
    evidence: [
      evidence(
        "Solution",
        solution !== null,
        solution === null ? "It is not installed." : `${ctx.settings.solution} ${solution.version}, ${kind}.`,
      ),
      evidence(
        "Agent",
        bot.publishedon !== null,
        `${bot.name}, ${count(types.topic)} topics, ${count(types.file)} knowledge files, published ${bot.publishedon ?? "never"}.`,
      ),
    ],
    current,
    history: current === null ? [] : [current],
  };
}
