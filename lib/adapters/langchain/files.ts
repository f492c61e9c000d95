import { createHash } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import type { Stats } from "node:fs";
import path from "node:path";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { commitOf, readAt, readFolderAt } from "#lib/adapters/langchain/git-files.ts";
import type { Context, GitFile } from "#lib/adapters/langchain/git-files.ts";
import type { File, Prompts, Settings } from "#lib/adapters/langchain/schema.ts";
import { readPlainFile, replaceAtomically } from "#lib/adapters/plain-file.ts";
import { refuseWhenStopped } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

const mostBytes = 16 * 1024 * 1024;
/** Null: the file is not there. */
export type FileObserved = { sha256: string | null };

export async function planFile(ctx: Context, request: PlanRequest, source: string) {
  const commit = commitOf(request);
  const { content, sha256 } = await readAt(ctx, commit, source);
  if (source === ctx.settings.modelFile) refuseAlias(content, source);
  const file = path.join(ctx.settings.into, path.basename(source));
  const desired: File = { commit, source, file, sha256 };
  const observed = await observeFile(desired);
  const name = path.basename(source);
  return {
    title:
      observed.sha256 === sha256
        ? `${name} is as in ${commit.slice(0, 12)} already`
        : `Put ${name} back as it was in ${commit.slice(0, 12)}`,
    desired,
    observed,
  };
}

/** A model is pinned by its full name; an alias names another one tomorrow. */
function refuseAlias(content: Buffer, source: string): void {
  const settings = parseJson(content.toString("utf8"));
  const model =
    settings !== undefined && settings !== null && typeof settings === "object" && !Array.isArray(settings)
      ? (settings["model"] ?? settings["model_name"])
      : undefined;
  if (typeof model === "string" && model !== "" && !/(?:^|[-:@])(?:latest|previous|stable)$/.test(model))
    return;
  throw new Fault(
    "permanent",
    "MODEL_NOT_PINNED",
    typeof model === "string"
      ? `${source} names the model by an alias: ${model.slice(0, 80)}.`
      : `${source} is no JSON object with "model".`,
    "Record the model by its full identifier, with its date or revision.",
  );
}

async function observeFile({ file }: Pick<File, "file">): Promise<FileObserved> {
  return { sha256: (await readPlainFile(file, mostBytes))?.sha256 ?? null };
}

/** Whose mode and owner a file gets: those of the file that is replaced, otherwise those of its folder's owner. */
async function likeness(file: string): Promise<Stats> {
  const present = await readPlainFile(file, mostBytes);
  if (present !== null) return present.stat;
  const folder = await stat(path.dirname(file));
  return Object.assign(folder, { mode: 0o100644 });
}

async function put(ctx: Context, file: string, { content }: GitFile): Promise<void> {
  refuseWhenStopped(ctx);
  await replaceAtomically(file, content, await likeness(file), `${ctx.effectKey} ${file}`);
}

export const fileExecutor: Executor<Settings, File, FileObserved> = {
  observe: (_ctx, desired) => observeFile(desired),
  stable: (observed) => observed,
  isDone: (desired, { sha256 }) => sha256 === desired.sha256,
  apply: async (ctx, desired): Promise<Receipt> => {
    const stored = await readAt(ctx, desired.commit, desired.source);
    const before = (await observeFile(desired)).sha256;
    if (before === desired.sha256) return { changed: false, summary: "It is as wanted already.", data: {} };
    await put(ctx, desired.file, stored);
    return {
      changed: true,
      summary: `${desired.file} is as it was in ${desired.commit.slice(0, 12)}.`,
      data: { commit: desired.commit, sha256: desired.sha256, before },
    };
  },
  verify: async (_ctx, desired) => [await fileAsWanted(desired)],
};

export async function fileAsWanted(desired: File) {
  const { sha256 } = await observeFile(desired);
  return evidence(
    path.basename(desired.file),
    sha256 === desired.sha256,
    `${desired.file} ${sha256 === null ? "is not there" : `has the hash ${sha256.slice(0, 12)}`}; ${desired.commit.slice(0, 12)} has ${desired.sha256.slice(0, 12)}.`,
  );
}

export const fileVerifyExecutor = checkExecutor<Settings, File>(async (_ctx, desired) => [
  await fileAsWanted(desired),
]);

export type PromptsObserved = { differ: string[]; missing: string[]; extra: string[] };

export async function planPrompts(ctx: Context, request: PlanRequest, source: string) {
  const commit = commitOf(request);
  const found = await readFolderAt(ctx, commit, source);
  if (found.size === 0)
    throw new Fault(
      "permanent",
      "FILE_NOT_IN_COMMIT",
      `${source} holds no template at ${commit.slice(0, 12)}.`,
      "Check promptsFolder in the settings.",
    );
  const files = Object.fromEntries([...found].map(([name, { sha256 }]) => [name, sha256]));
  const desired: Prompts = { commit, folder: path.join(ctx.settings.into, path.basename(source)), files };
  const observed = await observePrompts(desired);
  const changes = [...observed.differ, ...observed.missing, ...observed.extra];
  return {
    title:
      changes.length === 0
        ? `The prompt templates are those of ${commit.slice(0, 12)} already`
        : `Put the prompt templates back as they were in ${commit.slice(0, 12)}: ${changes.join(", ")}`,
    desired,
    observed,
  };
}

async function observePrompts({ folder, files }: Prompts): Promise<PromptsObserved> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  const there = new Map<string, string>();
  for (const entry of entries) {
    if (entry.isDirectory() || entry.name.endsWith(".draft")) continue;
    const file = path.join(entry.parentPath, entry.name);
    there.set(path.relative(folder, file), (await readPlainFile(file, mostBytes))?.sha256 ?? "");
  }
  const names = Object.keys(files);
  return {
    differ: names.filter((name) => there.has(name) && there.get(name) !== files[name]),
    missing: names.filter((name) => !there.has(name)),
    extra: [...there.keys()].filter((name) => !Object.hasOwn(files, name)).sort(),
  };
}

const isSame = ({ differ, missing, extra }: PromptsObserved): boolean =>
  differ.length + missing.length + extra.length === 0;

export const promptsExecutor: Executor<Settings, Prompts, PromptsObserved> = {
  observe: (_ctx, desired) => observePrompts(desired),
  stable: (observed) => observed,
  isDone: (_desired, observed) => isSame(observed),
  apply: async (ctx, desired): Promise<Receipt> => {
    const source = ctx.settings.promptsFolder ?? "";
    const { differ, missing, extra } = await observePrompts(desired);
    for (const name of [...differ, ...missing]) {
      const stored = await readAt(ctx, desired.commit, `${source}/${name}`);
      await mkdir(path.dirname(path.join(desired.folder, name)), { recursive: true });
      await put(ctx, path.join(desired.folder, name), stored);
    }
    for (const name of extra) {
      refuseWhenStopped(ctx);
      await rm(path.join(desired.folder, name), { force: true });
    }
    return {
      changed: true,
      summary: `The prompt templates are those of ${desired.commit.slice(0, 12)}.`,
      data: { commit: desired.commit, putBack: [...differ, ...missing], takenOut: extra },
    };
  },
  verify: async (_ctx, desired) => [await promptsAsWanted(desired)],
};

export async function promptsAsWanted(desired: Prompts) {
  const observed = await observePrompts(desired);
  const { differ, missing, extra } = observed;
  return evidence(
    "Prompt templates",
    isSame(observed),
    isSame(observed)
      ? `All ${Object.keys(desired.files).length} are those of ${desired.commit.slice(0, 12)}.`
      : `Not as in ${desired.commit.slice(0, 12)}: ${[...differ, ...missing, ...extra].join(", ")}.`,
  );
}

/** The text of a template as it lies in place. Throws Fault when it is not there. */
export async function placed(desired: Prompts, name: string): Promise<string> {
  const file = await readPlainFile(path.join(desired.folder, name), mostBytes);
  const isSigned =
    file !== null && createHash("sha256").update(file.content).digest("hex") === desired.files[name];
  if (file !== null && isSigned) return file.content.toString("utf8");
  throw new Fault(
    "permanent",
    "PROMPT_DIFFERS",
    `The template ${name} is not as wanted.`,
    "Restore the prompts first.",
  );
}
