import path from "node:path";
import { z } from "zod";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import { compareValues, describeComparison } from "#lib/adapters/compare-environments.ts";
import type { Comparison } from "#lib/adapters/compare-environments.ts";
import type { Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { readPlainFile, replaceAtomically } from "#lib/adapters/plain-file.ts";
import {
  deployAgain,
  isUnderWay,
  listDeploys,
  liveOf,
  readVariables,
  shown,
  watchDeploy,
  writeVariables,
} from "#lib/adapters/render/api.ts";
import type { Context, Deploy } from "#lib/adapters/render/api.ts";
import type { Content, Environment, Nothing, Restart, Settings } from "#lib/adapters/render/schema.ts";
import { refuseWhenStopped, watchUntil } from "#lib/adapters/rest-call.ts";
import { readRevision, readSigned, revisionOf } from "#lib/adapters/stored-revision.ts";
import type { StoredRevision } from "#lib/adapters/stored-revision.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Which variables differ from the stored ones; never a value. */
export type Observed = Pick<Comparison, "added" | "changed" | "removed">;

const folderOf = ({ settings }: Context): string => {
  if (settings.revisions !== undefined) return settings.revisions;
  throw new Fault(
    "permanent",
    "NO_REVISIONS",
    "The settings of this target name no folder of stored variables.",
    "Set revisions to a folder that holds <revision>.env for each configuration revision.",
  );
};

/** KEY=value lines, taken as they stand; `#` begins a comment line. Throws Fault BACKUP_CORRUPT with the line, never its text. */
function valuesOf({ file, content }: StoredRevision): Map<string, string> {
  const values = new Map<string, string>();
  for (const [at, line] of content.toString("utf8").split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const [, key, value] = /^([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || values.has(key))
      throw new Fault(
        "permanent",
        "BACKUP_CORRUPT",
        `${file} cannot be used: line ${at + 1} is ${key === undefined ? "no KEY=value" : "a second value of the same key"}.`,
        "Correct the stored file, or choose a version whose configuration was kept whole.",
      );
    values.set(key, value);
  }
  return values;
}

async function compare(ctx: Context, stored: StoredRevision): Promise<Comparison> {
  return compareValues(await readVariables(ctx), valuesOf(stored), ctx.settings.plainKeys);
}

export async function planEnvironment(ctx: Context, request: PlanRequest) {
  const stored = await readRevision(folderOf(ctx), revisionOf(request), ".env");
  const { plain, ...keys } = await compare(ctx, stored);
  const { revision, sha256 } = stored;
  return {
    title: isSame(keys)
      ? `The variables are as in ${revision} already`
      : `Set all variables to those of ${revision}. ${describeComparison({ ...keys, plain })}`,
    desired: { revision, sha256, keys, plain } satisfies Environment,
    observed: keys satisfies Observed,
  };
}

export const isSame = ({ added, changed, removed }: Observed): boolean =>
  added.length + changed.length + removed.length === 0;

const signed = (ctx: Context, desired: Content): Promise<StoredRevision> =>
  readSigned(folderOf(ctx), desired, ".env");

async function observe(ctx: Context, desired: Content): Promise<Observed> {
  const { plain: _plain, ...keys } = await compare(ctx, await signed(ctx, desired));
  return keys;
}

export const environmentExecutor: Executor<Settings, Environment, Observed> = {
  observe,
  stable: (observed) => observed,
  isDone: (_desired, observed) => isSame(observed),
  apply: async (ctx, desired): Promise<Receipt> => {
    const stored = await signed(ctx, desired);
    refuseWhenStopped(ctx);
    // All of them at once: a repeat sets the same.
    await writeVariables(ctx, valuesOf(stored)).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
      throw new Fault(
        "transient",
        error.code,
        error.message,
        "It is looked at and, where needed, sent again: it names every value, so that a repeat does no harm.",
      );
    });
    return {
      changed: true,
      summary: `The variables are as in ${desired.revision}. ${describeComparison({ ...desired.keys, plain: desired.plain })}.`,
      data: { revision: desired.revision, sha256: desired.sha256 },
    };
  },
  verify: async (ctx, desired) => [await asStored(ctx, desired)],
};

async function asStored(ctx: Context, desired: Content) {
  const observed = await observe(ctx, desired);
  return evidence(
    "Environment variables",
    isSame(observed),
    isSame(observed)
      ? `All are as in ${desired.revision}.`
      : `${describeComparison(observed)}; wanted is ${desired.revision}.`,
  );
}

/** Render does not tell with which variables a deploy was started, so what was there before is noted beside the files. */
const Note = z.strictObject({ rollback: z.string(), sha256: z.string(), before: z.array(z.string()) });
type Note = z.output<typeof Note>;
export type RestartObserved = { live: string | null; startedWithThem: boolean };

const noteFile = (ctx: Context): string =>
  path.join(folderOf(ctx), `.${ctx.settings.serviceId}.restart.json`);

async function readNote(ctx: Context, desired: Restart): Promise<Note | null> {
  const file = await readPlainFile(noteFile(ctx));
  const note = file === null ? undefined : Note.safeParse(parseJson(file.content.toString("utf8"))).data;
  return note?.rollback === desired.rollback && note.sha256 === desired.sha256 ? note : null;
}

const newSince = ({ before }: Note, deploys: readonly Deploy[]): Deploy[] =>
  deploys.filter(({ id }) => !before.includes(id));

export async function startedWithThem(ctx: Context, desired: Restart): Promise<RestartObserved> {
  const note = await readNote(ctx, desired);
  const deploys = await listDeploys(ctx);
  return {
    live: liveOf(deploys)?.id ?? null,
    startedWithThem: note !== null && liveOf(newSince(note, deploys)) !== null,
  };
}

export const restartExecutor: Executor<Settings, Restart, RestartObserved> = {
  observe: startedWithThem,
  stable: ({ live }) => ({ live }),
  isDone: (_desired, observed) => observed.startedWithThem,
  apply: restart,
  verify: async (ctx, desired) => {
    const isDone = (await startedWithThem(ctx, desired)).startedWithThem;
    const live = shown(liveOf(await listDeploys(ctx)));
    return [
      evidence(
        "Started with the variables",
        isDone,
        `${live} was started ${isDone ? "after" : "before"} they were restored.`,
      ),
    ];
  },
};

async function restart(ctx: Context, desired: Restart): Promise<Receipt> {
  const stored = await signed(ctx, desired);
  const { plain: _plain, ...keys } = await compare(ctx, stored);
  if (!isSame(keys))
    throw new Fault(
      "permanent",
      "VARIABLES_DIFFER",
      `The variables are not as in ${desired.revision}, so nothing is started with them. ${describeComparison(keys)}.`,
      "Restore the variables first.",
    );
  const deploys = await listDeploys(ctx);
  let note = await readNote(ctx, desired);
  if (note === null) {
    refuseWhenStopped(ctx);
    note = { rollback: desired.rollback, sha256: desired.sha256, before: deploys.map(({ id }) => id) };
    const file = await readPlainFile(stored.file);
    if (file === null)
      throw new Fault("permanent", "BACKUP_MISSING", `${stored.file} is gone.`, "Put it back.");
    await replaceAtomically(
      noteFile(ctx),
      Buffer.from(`${JSON.stringify(note)}\n`),
      file.stat,
      `${ctx.effectKey} note`,
    );
  }
  const noted = note;
  const begun = newSince(noted, deploys).find(isUnderWay) ?? (await deploy(ctx, noted));
  const live = await watchDeploy(ctx, begun.id);
  return { changed: true, summary: `${shown(live)} runs with them.`, data: { deployId: live.id } };
}

async function deploy(ctx: Context, note: Note): Promise<Deploy> {
  refuseWhenStopped(ctx);
  ctx.log("Deploying the same build again, with the present variables.");
  return deployAgain(ctx).catch(async (error: unknown) => {
    if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
    const { settleSeconds: seconds, lookEveryMs: firstMs } = ctx.settings;
    const seen = await watchUntil(ctx, { seconds, firstMs }, async () => {
      const fresh = newSince(note, await listDeploys(ctx));
      return fresh.find((one) => isUnderWay(one) || one.status === "live") ?? null;
    });
    if (seen !== null) return seen;
    throw new Fault(
      "transient",
      "DEPLOY_NOT_SEEN",
      `${error.message} No new deploy was seen within ${seconds} s.`,
      "It is asked again: a second deploy of the same build with the same variables does no harm.",
    );
  });
}

export const namesExecutor = checkExecutor<Settings, Nothing>(async (ctx) => {
  const names = [...(await readVariables(ctx)).keys()].sort();
  return [evidence("Variables", true, `${names.length}: ${names.join(", ")}. Values are not recorded.`)];
});

export const compareExecutor = checkExecutor<Settings, Content>(async (ctx, desired) => {
  const difference = await compare(ctx, await signed(ctx, desired));
  return [evidence("Difference", true, `${describeComparison(difference)}. Values are hidden unless plain.`)];
});

export const contentExecutor = checkExecutor<Settings, Content>(async (ctx, desired) => [
  await asStored(ctx, desired),
]);
