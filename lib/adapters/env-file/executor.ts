import path from "node:path";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { AdapterContext, Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { backupPath, readBackup, revisionOf, storeFolder } from "#lib/adapters/env-file/backup.ts";
import { compareEnvironments, describeComparison } from "#lib/adapters/compare-environments.ts";
import { keepCopy, readPlainFile, replaceAtomically } from "#lib/adapters/plain-file.ts";
import type { Content, Restore, Settings } from "#lib/adapters/env-file/schema.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
/** Null: the file is not there. */
export type Observed = { sha256: string | null };

export async function planRestore(
  ctx: Context,
  request: PlanRequest,
): Promise<{ title: string; desired: Restore; observed: Observed }> {
  const revision = revisionOf(request);
  const backup = backupPath(ctx.settings, revision);
  const stored = await readBackup(backup, revision);
  const present = await readPlainFile(ctx.settings.path);
  const { plain, ...keys } = compareEnvironments(
    present?.content.toString("utf8") ?? "",
    stored.content.toString("utf8"),
    ctx.settings.plainKeys,
  );
  const file = path.basename(ctx.settings.path);
  const isThere = present?.sha256 === stored.sha256;
  return {
    title: isThere
      ? `${file} is as in ${revision} already`
      : `Restore ${file} to ${revision}. ${describeComparison({ ...keys, plain })}`,
    desired: { revision, backup, sha256: stored.sha256, keys, plain },
    observed: { sha256: present?.sha256 ?? null },
  };
}

export const restoreExecutor: Executor<Settings, Restore, Observed> = {
  observe: async ({ settings }) => ({ sha256: (await readPlainFile(settings.path))?.sha256 ?? null }),
  stable: (observed) => observed,
  isDone: (desired, { sha256 }) => sha256 === desired.sha256,
  apply: restore,
  verify: async ({ settings }, desired) => [await sameContent(settings, desired)],
};

async function restore(ctx: Context, desired: Restore): Promise<Receipt> {
  const { settings } = ctx;
  const stored = await readBackup(desired.backup, desired.revision);
  if (stored.sha256 !== desired.sha256)
    throw new Fault(
      "permanent",
      "BACKUP_CHANGED",
      `${desired.backup} is not what was signed: its content has the hash ${short(stored.sha256)}, not ${short(desired.sha256)}.`,
      "Find out who changed it. Make a new plan, so that approvers see what it would do now.",
    );
  const present = await readPlainFile(settings.path);
  if (present?.sha256 === desired.sha256)
    return { changed: false, summary: "The file is as wanted already.", data: { sha256: desired.sha256 } };
  let kept: string | null = null;
  if (present !== null) {
    kept = path.join(
      storeFolder(settings),
      `${path.basename(settings.path)}.before-${short(present.sha256)}`,
    );
    await keepCopy(kept, present.content, present.stat, `${ctx.effectKey} copy`);
    ctx.log(`Kept the present file as ${kept}.`);
  }
  await replaceAtomically(settings.path, stored.content, present?.stat ?? stored.stat, ctx.effectKey);
  return {
    changed: true,
    summary: `${settings.path} is as in ${desired.revision}. ${describeComparison(desired.keys)}.`,
    data: { sha256: desired.sha256, before: present?.sha256 ?? null, kept },
  };
}

/** The stored file is there and is the one that was signed; shows what it would change. */
export const confirmExecutor = checkExecutor<Settings, Restore>(async ({ settings }, desired) => {
  const stored = await readBackup(desired.backup, desired.revision);
  const present = await readPlainFile(settings.path);
  const difference = compareEnvironments(
    present?.content.toString("utf8") ?? "",
    stored.content.toString("utf8"),
    settings.plainKeys,
  );
  const isSigned = stored.sha256 === desired.sha256;
  return [
    evidence("Stored configuration", isSigned, `${desired.backup} has the hash ${short(stored.sha256)}.`),
    evidence(
      "Difference",
      true,
      `${describeComparison(difference)}. Values are hidden unless declared plain.`,
    ),
  ];
});

export const contentExecutor = checkExecutor<Settings, Content>(async ({ settings }, desired) => [
  await sameContent(settings, desired),
]);

async function sameContent(settings: Settings, desired: { sha256: string; revision: string }) {
  const present = await readPlainFile(settings.path);
  const isSame = present?.sha256 === desired.sha256;
  const found = present === null ? "is not there" : `has the hash ${short(present.sha256)}`;
  return evidence(
    "Environment file",
    isSame,
    `${settings.path} ${found}; ${desired.revision} has ${short(desired.sha256)}.`,
  );
}

const short = (sha256: string): string => sha256.slice(0, 12);
