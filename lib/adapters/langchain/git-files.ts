import { createHash } from "node:crypto";
import type { AdapterContext, PlanRequest } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { needProgram } from "#lib/adapters/find-program.ts";
import type { Settings } from "#lib/adapters/langchain/schema.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Context = AdapterContext<Settings>;
export type GitFile = { source: string; content: Buffer; sha256: string };

/** The commit that the record names, by its full name. Throws Fault `permanent`. */
export function commitOf({ to }: PlanRequest): string {
  const { commit } = to.artifacts;
  if (commit === null)
    throw new Fault(
      "permanent",
      "NO_COMMIT",
      `The deployment of ${to.version} names no commit.`,
      "Report the deployment with the commit that its files were taken from.",
    );
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return commit;
  throw new Fault(
    "permanent",
    "INVALID_COMMIT",
    "The commit in the deployment record is not the full name of a commit.",
    "A commit is named by its 40 or 64 hexadecimal digits; branches and tags move.",
  );
}

/** One file as it was at a commit. Throws Fault `permanent` FILE_NOT_IN_COMMIT. */
export async function readAt(ctx: Context, commit: string, source: string): Promise<GitFile> {
  const content = await git(ctx, commit, ["cat-file", "blob", `${commit}:${source}`], source);
  return { source, content, sha256: createHash("sha256").update(content).digest("hex") };
}

/** Every file below a folder as it was at a commit, by its path within the folder. */
export async function readFolderAt(
  ctx: Context,
  commit: string,
  folder: string,
): Promise<Map<string, GitFile>> {
  const list = await git(ctx, commit, ["ls-tree", "-r", "-z", "--full-tree", `${commit}:${folder}`], folder);
  const files = new Map<string, GitFile>();
  for (const entry of list.toString("utf8").split("\0")) {
    const [, mode, name] = /^(\d+) blob [0-9a-f]+\t([\s\S]+)$/.exec(entry) ?? [];
    if (name === undefined) continue;
    if (mode === "120000" || !/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(name) || name.includes(".."))
      throw new Fault(
        "permanent",
        "UNSAFE_NAME",
        `${folder} holds a link or a name that cannot be put in place: ${excerpt(name, 80)}.`,
        "Templates are plain files whose names are letters, digits, dots, hyphens and underscores.",
      );
    files.set(name, await readAt(ctx, commit, `${folder}/${name}`));
  }
  return files;
}

async function git(ctx: Context, commit: string, args: readonly string[], what: string): Promise<Buffer> {
  const { repository } = ctx.settings;
  if (repository === undefined)
    throw new Fault(
      "permanent",
      "NO_REPOSITORY",
      "The settings of this target name no repository.",
      "Set repository to a clone on the worker's machine.",
    );
  const end = await start(ctx, repository, args);
  if (end.how === "exited" && end.exitCode === 0) return end.stdout;
  if (end.how === "timeout" || end.how === "cancelled")
    throw new Fault(
      "transient",
      "GIT_STOPPED",
      `git was stopped after ${end.milliseconds} ms (${end.how}).`,
      "Nothing was changed. Look at the disk of the worker's machine.",
    );
  if (end.how === "too_much_output")
    throw new Fault(
      "permanent",
      "FILE_TOO_LARGE",
      `${what} is larger than 16 MiB.`,
      "Check what was committed.",
    );
  const said = excerpt(end.output, 200);
  if (/not a git repository|cannot change to/.test(said))
    throw new Fault(
      "permanent",
      "NO_REPOSITORY",
      `${repository} is no git repository.`,
      "Correct the settings.",
    );
  const looked = await start(ctx, repository, ["cat-file", "-e", `${commit}^{commit}`]);
  if (looked.exitCode !== 0)
    throw new Fault(
      "permanent",
      "COMMIT_MISSING",
      `The repository does not have the commit ${commit.slice(0, 12)}.`,
      "Fetch it into the repository, then retry.",
    );
  throw new Fault(
    "permanent",
    "FILE_NOT_IN_COMMIT",
    `The commit ${commit.slice(0, 12)} has no ${what}: ${said}`,
    "Check the paths in the settings, and that the repository is whole.",
  );
}

function start(ctx: Context, repository: string, args: readonly string[]) {
  return runProcess({
    command: [needProgram("git", ctx.settings.git), "-C", repository, ...args],
    workingFolder: "/",
    environment: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      LC_ALL: "C",
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_NO_LAZY_FETCH: "1",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
    },
    input: undefined,
    timeoutMs: ctx.settings.timeoutMs,
    signal: ctx.signal,
    redact: ctx.redact,
    log: () => undefined,
    endsGroup: true,
    keepsStdout: true,
  });
}
