import type { Git } from "#lib/adapters/git/run-git.ts";
import type { Tree } from "#lib/adapters/git/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Head = { commit: string; tree: string };

const branchRef = "refs/remotes/origin/branch";

/** Where the branch is now. Brings its newest commit alone. Throws Fault. */
export async function fetchHead(git: Git): Promise<Head> {
  await fetch(git, ["--depth=1", "--no-tags"], []);
  return headOf(git);
}

/** Brings the history of the branch and all tags, without the contents of files where the server can leave them out. */
export async function fetchHistory(git: Git): Promise<Head> {
  await fetch(git, ["--no-tags"], ["+refs/tags/*:refs/tags/*"]);
  return headOf(git);
}

async function fetch(git: Git, options: readonly string[], more: readonly string[]): Promise<void> {
  const branch = `+refs/heads/${git.ctx.settings.branch}:${branchRef}`;
  await git.run(["fetch", "--quiet", "--filter=blob:none", ...options, "origin", branch, ...more]);
}

async function headOf(git: Git): Promise<Head> {
  const [commit = "", tree = ""] = (await git.run(["log", "-1", "--format=%H %T", branchRef]))
    .trim()
    .split(" ");
  return { commit, tree };
}

/** The tree of a commit that was brought. */
export async function treeOf(git: Git, commit: string): Promise<string> {
  return (await git.run(["log", "-1", "--format=%T", commit])).trim();
}

/** The commit of that name, by its full name; null: there is none, or several. */
export async function resolve(git: Git, name: string): Promise<string | null> {
  try {
    return (
      await git.run(["rev-parse", "--quiet", "--verify", "--end-of-options", `${name}^{commit}`])
    ).trim();
  } catch (error) {
    if (error instanceof Fault && error.code === "GIT_FAILED") return null;
    throw error;
  }
}

export async function isOnBranch(git: Git, commit: string): Promise<boolean> {
  const inCommon = await git.run(["merge-base", branchRef, commit]).catch((error: unknown) => {
    // Nothing in common at all.
    if (error instanceof Fault && error.code === "GIT_FAILED") return "";
    throw error;
  });
  return inCommon.trim() === commit;
}

/** What a commit has at each path, as `100644 blob <object>`. */
export async function entriesAt(
  git: Git,
  commit: string,
  paths: readonly string[],
): Promise<NonNullable<Tree["entries"]>> {
  const entries: NonNullable<Tree["entries"]> = [];
  for (const path of paths) {
    const printed = await git.run(["--literal-pathspecs", "ls-tree", "-z", commit, "--", path]);
    const [entry] = printed.split("\t");
    entries.push({ path, entry: entry === undefined || entry === "" ? null : entry });
  }
  return entries;
}

/** The root of the first-parent history: whatever is merged in later, it stays the same, also in a copy. */
export async function rootOf(git: Git): Promise<string> {
  return (await git.run(["rev-list", "--first-parent", "--max-parents=0", branchRef])).trim();
}

/** What differs between two commits, a line each: `M path`. */
export async function differences(
  git: Git,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<string[]> {
  const args = ["diff-tree", "-r", "--no-renames", "--name-status", from, to, "--", ...paths];
  const printed = await git.run(["--literal-pathspecs", ...args]);
  return printed.split("\n").flatMap((line) => {
    const [letter = "", path] = line.split("\t");
    return path === undefined ? [] : [`${letter} ${path}`];
  });
}
