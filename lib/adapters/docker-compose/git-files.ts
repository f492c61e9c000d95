import { createHash } from "node:crypto";
import path from "node:path";
import type { AdapterContext, PlanRequest } from "#lib/adapters/contract.ts";
import type { Settings } from "#lib/adapters/docker-compose/schema.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { needProgram } from "#lib/adapters/find-program.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Committed = { commit: string; files: { file: string; content: Buffer; sha256: string }[] };

/** The compose files as they were at the deployment's commit. Throws Fault `permanent`. */
export async function committedFiles(ctx: Context, request: Pick<PlanRequest, "to">): Promise<Committed> {
  const { version, artifacts } = request.to;
  const { commit } = artifacts;
  if (commit === null)
    throw new Fault(
      "permanent",
      "NO_COMMIT",
      `The deployment of ${version} names no commit.`,
      "Report the deployment with its commit, or take restoreFiles out of the settings.",
    );
  if (!/^[0-9a-f]{7,64}$/.test(commit))
    throw new Fault(
      "permanent",
      "INVALID_COMMIT",
      "The commit in the deployment record is no hash of a commit.",
      "Report the deployment with the full hash: a branch or a tag may mean another commit tomorrow.",
    );
  const full = (await git(ctx, ["rev-parse", "--verify", "--quiet", `${commit}^{commit}`], commit))
    .toString("utf8")
    .trim();
  return filesOf(ctx, full);
}

/** The files of the project's folder, at a commit. Throws Fault `permanent` COMMIT_MISSING. */
export async function filesOf(ctx: Context, commit: string): Promise<Committed> {
  const { settings } = ctx;
  const files: Committed["files"] = [];
  for (const name of settings.files.filter((file) => !path.isAbsolute(file))) {
    const within = path.posix.join(settings.restoreFiles?.folder ?? "", name);
    const content = await git(ctx, ["cat-file", "blob", `${commit}:${within}`], commit);
    const sha256 = createHash("sha256").update(content).digest("hex");
    files.push({ file: path.resolve(settings.projectFolder, name), content, sha256 });
  }
  return { commit, files };
}

async function git(ctx: Context, args: readonly string[], commit: string): Promise<Buffer> {
  const repository = ctx.settings.restoreFiles?.repository ?? "/";
  const end = await runProcess({
    command: [
      needProgram("git", ctx.settings.gitPath),
      "-c",
      `safe.directory=${repository}`,
      "-C",
      repository,
      ...args,
    ],
    workingFolder: "/",
    environment: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: "/nonexistent",
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      GIT_NO_LAZY_FETCH: "1",
      GIT_OPTIONAL_LOCKS: "0",
    },
    input: undefined,
    timeoutMs: 20_000,
    signal: ctx.signal,
    redact: ctx.redact,
    log: () => undefined,
    endsGroup: true,
    keepsStdout: true,
  });
  if (end.how !== "exited")
    throw new Fault(
      "transient",
      "GIT_STOPPED",
      `git ${args[0] ?? ""} was stopped (${end.how}).`,
      "It only looks; it is run again.",
    );
  if (end.exitCode === 0) return end.stdout;
  throw new Fault(
    "permanent",
    "COMMIT_MISSING",
    `${repository} does not give ${args.at(-1) ?? commit}: ${excerpt(end.output) || "it is not there"}`,
    "Fetch the commit into that repository, or correct restoreFiles in the settings.",
  );
}
