import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { harmlessAgain } from "#lib/adapters/copilot-studio/content.ts";
import { openDataverse, types } from "#lib/adapters/copilot-studio/dataverse.ts";
import type { Context, Dataverse } from "#lib/adapters/copilot-studio/dataverse.ts";
import type { Knowledge, Settings } from "#lib/adapters/copilot-studio/schema.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { readPlainFile } from "#lib/adapters/plain-file.ts";
import { refuseWhenStopped } from "#lib/adapters/rest-call.ts";
import { revisionOf } from "#lib/adapters/stored-revision.ts";
import { Fault } from "#lib/domain/errors.ts";

const mostBytes = 64 * 1024 * 1024;

/** Knowledge files by name: not as stored, not there, and there without being stored. */
export type KnowledgeObserved = { differ: string[]; missing: string[]; extra: string[] };

const folderOf = ({ settings }: Context, revision: string): string => {
  if (settings.knowledge !== undefined) return path.join(settings.knowledge, revision);
  throw new Fault(
    "permanent",
    "NO_KNOWLEDGE",
    "The settings of this target name no folder of knowledge files.",
    "Set knowledge to a folder that holds a folder of files for each configuration revision.",
  );
};

async function storedFiles(ctx: Context, revision: string): Promise<Record<string, string>> {
  const folder = folderOf(ctx, revision);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new Fault(
      "permanent",
      "BACKUP_MISSING",
      `No knowledge files are stored for ${revision}: ${folder} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "error"}).`,
      "Put the folder there, or choose a version whose files were kept.",
    );
  });
  const files: Record<string, string> = {};
  for (const entry of entries.filter((one) => one.isFile()).sort((a, b) => (a.name < b.name ? -1 : 1)))
    files[entry.name] = (await storedFile(ctx, revision, entry.name)).sha256;
  if (Object.keys(files).length > 0) return files;
  throw new Fault(
    "permanent",
    "BACKUP_EMPTY",
    `${folder} holds no file, so that restoring it would take every knowledge file away.`,
    "Put the files of that version there.",
  );
}

async function storedFile(ctx: Context, revision: string, name: string) {
  const file = path.join(folderOf(ctx, revision), name);
  const found = await readPlainFile(file, mostBytes);
  if (found !== null) return found;
  throw new Fault("permanent", "BACKUP_MISSING", `${file} is not there.`, "Put the file back, then retry.");
}

type Present = Map<string, { id: string; sha256: string | null }>;

async function present(dataverse: Dataverse): Promise<Present> {
  const components = await dataverse.components(await dataverse.bot());
  const found: Present = new Map();
  for (const { botcomponentid, name, componenttype } of components) {
    if (componenttype !== types.file) continue;
    const content = await dataverse.readFile(botcomponentid);
    const sha256 = content === null ? null : createHash("sha256").update(content).digest("hex");
    found.set(name, { id: botcomponentid, sha256 });
  }
  return found;
}

function compare({ files }: Pick<Knowledge, "files">, there: Present): KnowledgeObserved {
  const names = Object.keys(files);
  return {
    differ: names.filter((name) => there.has(name) && there.get(name)?.sha256 !== files[name]),
    missing: names.filter((name) => !there.has(name)),
    extra: [...there.keys()].filter((name) => !Object.hasOwn(files, name)).sort(),
  };
}

const isSame = ({ differ, missing, extra }: KnowledgeObserved): boolean =>
  differ.length + missing.length + extra.length === 0;

function described({ differ, missing, extra }: KnowledgeObserved): string {
  const said = [
    ["put back", [...differ, ...missing]],
    ["taken out", extra],
  ] as const;
  return said
    .filter(([, names]) => names.length > 0)
    .map(([word, names]) => `${word}: ${names.join(", ")}`)
    .join("; ");
}

export async function planKnowledge(ctx: Context, request: PlanRequest) {
  const revision = revisionOf(request);
  const files = await storedFiles(ctx, revision);
  const observed = compare({ files }, await present(openDataverse(ctx)));
  return {
    title: isSame(observed)
      ? `The knowledge files are those of ${revision} already`
      : `Put back the knowledge files of ${revision}. ${described(observed)}`,
    desired: { revision, files } satisfies Knowledge,
    observed,
  };
}

export const knowledgeExecutor: Executor<Settings, Knowledge, KnowledgeObserved> = {
  observe: async (ctx, desired) => compare(desired, await present(openDataverse(ctx))),
  stable: (observed) => observed,
  isDone: (_desired, observed) => isSame(observed),
  apply: restore,
  verify: async (ctx, desired) => [await filesAsStored(ctx, desired)],
};

/** First everything is put back, then what the version did not have is taken out. */
async function restore(ctx: Context, desired: Knowledge): Promise<Receipt> {
  const dataverse = openDataverse(ctx);
  const bot = await dataverse.bot();
  const there = await present(dataverse);
  const observed = compare(desired, there);
  for (const name of [...observed.differ, ...observed.missing]) {
    const { content, sha256 } = await storedFile(ctx, desired.revision, name);
    if (sha256 !== desired.files[name])
      throw new Fault(
        "permanent",
        "BACKUP_CHANGED",
        `The stored file ${name} is not what was signed.`,
        "Find out who changed it. Make a new plan, so that approvers see what it would do now.",
      );
    refuseWhenStopped(ctx);
    ctx.log(`Putting back ${name}.`);
    const schemaName = `${ctx.settings.bot}.file.${name}_${sha256.slice(0, 6)}`;
    const id = there.get(name)?.id ?? (await harmlessAgain(dataverse.addFile(bot, name, schemaName)));
    await harmlessAgain(dataverse.writeFile(id, name, content));
  }
  for (const name of observed.extra) {
    refuseWhenStopped(ctx);
    ctx.log(`Taking out ${name}.`);
    await harmlessAgain(dataverse.remove(there.get(name)?.id ?? ""));
  }
  return {
    changed: true,
    summary: `The knowledge files are those of ${desired.revision}. ${described(observed)}.`,
    data: { revision: desired.revision, ...observed },
  };
}

async function filesAsStored(ctx: Context, desired: Knowledge) {
  const observed = compare(desired, await present(openDataverse(ctx)));
  const { differ, missing, extra } = observed;
  return evidence(
    "Knowledge files",
    isSame(observed),
    isSame(observed)
      ? `All ${Object.keys(desired.files).length} are those of ${desired.revision}, and no other is there.`
      : `Not as in ${desired.revision}: ${[...differ, ...missing, ...extra].join(", ")}.`,
  );
}

export const knowledgeVerifyExecutor = checkExecutor<Settings, Knowledge>(async (ctx, desired) => [
  await filesAsStored(ctx, desired),
]);

export const knowledgeConfirmExecutor = checkExecutor<Settings, Knowledge>(async (ctx, desired) => {
  const stored = await storedFiles(ctx, desired.revision);
  const isSigned = JSON.stringify(stored) === JSON.stringify(desired.files);
  const differs = described(compare(desired, await present(openDataverse(ctx))));
  return [
    evidence(
      "Stored files",
      isSigned,
      `${Object.keys(stored).length} files are kept for ${desired.revision}.`,
    ),
    evidence("Difference", true, differs === "" ? "None." : differs),
  ];
});
