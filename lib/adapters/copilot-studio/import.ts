import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { openDataverse } from "#lib/adapters/copilot-studio/dataverse.ts";
import type { Context, Dataverse } from "#lib/adapters/copilot-studio/dataverse.ts";
import type { Import, Nothing, Package, Settings } from "#lib/adapters/copilot-studio/schema.ts";
import { compareVersions, packageOf, readPackage } from "#lib/adapters/copilot-studio/solution-package.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { refuseWhenStopped, watchUntil } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Observed = { installed: string | null };

const installedOf = async (dataverse: Dataverse): Promise<string | null> =>
  (await dataverse.solution())?.version ?? null;

export async function planImport(ctx: Context, request: PlanRequest) {
  const { content: _content, ...found } = await packageOf(ctx.settings, request);
  const present = await openDataverse(ctx).solution();
  const installed = present?.version ?? null;
  const { solution, version, file, sha256, isManaged } = found;
  if (present !== null && present.isManaged !== isManaged)
    throw new Fault(
      "permanent",
      "OTHER_KIND",
      `${solution} is installed ${present.isManaged ? "managed" : "unmanaged"}, and ${file} is the other kind.`,
      "Export that version in the kind that is installed.",
    );
  refuseLower(ctx, { version, isManaged }, installed, request.to.version);
  return {
    title:
      installed === version
        ? `${solution} ${version} is installed already`
        : `Import ${solution} ${version} over ${installed ?? "nothing"}`,
    desired: { solution, version, file, sha256, isManaged, from: installed } satisfies Import,
    observed: { installed } satisfies Observed,
    notReverted: [
      {
        what: `Components that only ${solution} ${installed ?? "of another version"} has`,
        why: "An import adds and overwrites; it removes nothing that the file does not hold.",
      },
    ],
  };
}

/**
 * A managed solution is only ever imported over a lower version (“The import solution must have a higher version than
 * the existing solution it is upgrading”); an unmanaged one over any.
 */
function refuseLower(
  ctx: Context,
  { version, isManaged }: Pick<Import, "version" | "isManaged">,
  installed: string | null,
  name: string,
): void {
  if (!isManaged || installed === null || compareVersions(version, installed) >= 0) return;
  throw new Fault(
    "permanent",
    "LOWER_VERSION",
    `${ctx.settings.solution} ${installed} is installed as a managed solution, and Dataverse imports no lower version (${version}) over it.`,
    `Export the content of ${name} under a number above ${installed}, put the file into the folder, and name it for ${name} in the setting reissued.`,
  );
}

export const importExecutor: Executor<Settings, Import, Observed> = {
  observe: async (ctx) => ({ installed: await installedOf(openDataverse(ctx)) }),
  stable: (observed) => observed,
  isDone: (desired, { installed }) => installed === desired.version,
  apply: importSolution,
  verify: async (ctx, desired) => [await isInstalled(ctx, desired)],
};

async function importSolution(ctx: Context, desired: Import): Promise<Receipt> {
  const dataverse = openDataverse(ctx);
  const found = await readPackage(ctx.settings, desired.file);
  if (found.sha256 !== desired.sha256)
    throw new Fault(
      "permanent",
      "PACKAGE_CHANGED",
      `${desired.file} is not what was signed: its content has the hash ${found.sha256.slice(0, 12)}, not ${desired.sha256.slice(0, 12)}.`,
      "Find out who changed it. Make a new plan, so that approvers see what it would do now.",
    );
  const receipt = (changed: boolean): Receipt => ({
    changed,
    summary: `${desired.solution} ${desired.version} is installed${changed ? "." : " already."}`,
    data: { version: desired.version, sha256: desired.sha256 },
  });
  if ((await installedOf(dataverse)) === desired.version) return receipt(false);
  const running = await dataverse.runningImport();
  if (running !== null || ctx.previous === "unknown") {
    ctx.log(running === null ? "Looking whether an import began." : `An import is running: ${running}.`);
    if (await settle(ctx, dataverse, desired)) return receipt(true);
  }
  const installed = await installedOf(dataverse);
  if (installed !== desired.from)
    throw new Fault(
      "permanent",
      "DRIFT",
      `${installed ?? "Nothing"} is installed; the plan rests on ${desired.from ?? "nothing"}.`,
      "Somebody else has imported. Nothing was sent. Make a new plan from what is there now.",
    );
  refuseLower(ctx, desired, installed, desired.version);
  refuseWhenStopped(ctx);
  ctx.log(`Importing ${desired.file}.`);
  const job = await dataverse.startImport(found.content).catch(async (error: unknown) => {
    if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
    ctx.log(`${error.message} Looking whether the import began.`);
    if (await settle(ctx, dataverse, desired)) return null;
    throw new Fault(
      "transient",
      "IMPORT_NOT_SEEN",
      `${error.message} No import was seen within ${ctx.settings.settleSeconds} s.`,
      "It is asked again: a second import of the same file leads to the same version.",
    );
  });
  if (job !== null) await watchJob(ctx, dataverse, job);
  return receipt(true);
}

/** Waits for an import that runs, or may have been asked for. True: the wanted version is installed. */
async function settle(ctx: Context, dataverse: Dataverse, desired: Import): Promise<boolean> {
  const { settleSeconds, importSeconds, lookEveryMs: firstMs } = ctx.settings;
  const isThere = async (): Promise<boolean> => (await installedOf(dataverse)) === desired.version;
  const began = await watchUntil(ctx, { seconds: settleSeconds, firstMs }, async () =>
    (await isThere()) ? "installed" : await dataverse.runningImport(),
  );
  if (began === null) return false;
  const ended = await watchUntil(ctx, { seconds: importSeconds, firstMs }, async () =>
    (await isThere()) || (await dataverse.runningImport()) === null ? true : null,
  );
  if (ended === null) throw hangs(ctx);
  return isThere();
}

async function watchJob(ctx: Context, dataverse: Dataverse, id: string): Promise<void> {
  const { importSeconds: seconds, lookEveryMs: firstMs } = ctx.settings;
  const end = await watchUntil(ctx, { seconds, firstMs }, async () => {
    const job = await dataverse.job(id);
    return job.isOver ? job : null;
  });
  if (end === null) throw hangs(ctx);
  if (end.isDone) return;
  throw new Fault(
    "permanent",
    end.isCancelled ? "IMPORT_CANCELLED" : "IMPORT_FAILED",
    `Dataverse ${end.isCancelled ? "cancelled" : "gave up"} the import ${id}: ${excerpt(ctx.redact(end.message))}`,
    "Read the history of the solution in Power Apps, correct what it names, then retry.",
  );
}

const hangs = (ctx: Context): Fault =>
  new Fault(
    "unknown",
    "IMPORT_HANGS",
    `The import is not over after ${ctx.settings.importSeconds} s; it may yet be done.`,
    "Look at the history of the solution in Power Apps. When the import is over, mark the step done or retry.",
  );

async function isInstalled(ctx: Context, desired: Package) {
  const installed = await installedOf(openDataverse(ctx));
  return evidence(
    "Installed solution",
    installed === desired.version,
    `${desired.solution} ${installed ?? "is not there"}; wanted is ${desired.version}.`,
  );
}

export const captureExecutor = checkExecutor<Settings, Nothing>(async (ctx) => {
  const dataverse = openDataverse(ctx);
  const [solution, bot] = await Promise.all([dataverse.solution(), dataverse.bot()]);
  const kind = solution?.isManaged === true ? "managed" : "unmanaged";
  return [
    evidence(
      "Installed solution",
      true,
      solution === null ? "It is not installed." : `${ctx.settings.solution} ${solution.version}, ${kind}.`,
    ),
    evidence("Agent", true, `${bot.name} was published ${bot.publishedon ?? "never"}.`),
  ];
});

export const confirmExecutor = checkExecutor<Settings, Package>(async (ctx, desired) => {
  const found = await readPackage(ctx.settings, desired.file);
  return [
    evidence(
      "Solution file",
      found.sha256 === desired.sha256,
      `${found.file} holds ${found.solution} ${found.version} (${found.sha256.slice(0, 12)}).`,
    ),
  ];
});

export const versionExecutor = checkExecutor<Settings, Package>(async (ctx, desired) => [
  await isInstalled(ctx, desired),
]);
