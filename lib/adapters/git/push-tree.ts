import path from "node:path";
import type { AdapterContext, Evidence, Executor, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { entriesAt, fetchHead, fetchHistory } from "#lib/adapters/git/repository.ts";
import type { Head } from "#lib/adapters/git/repository.ts";
import { withRepository } from "#lib/adapters/git/run-git.ts";
import type { Git } from "#lib/adapters/git/run-git.ts";
import type { Revert, Settings, Tree } from "#lib/adapters/git/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = { head: string; tree: string; entries: (string | null)[] | null };

/** Puts one commit on top of the branch, whose tree is the wanted one. Never forced, so that it lands on `head` or not at all. */
export const pushExecutor: Executor<Settings, Revert, Observed> = {
  observe: (ctx, desired) => withRepository(ctx, async (git) => look(git, desired, await fetchHead(git))),
  stable: (observed) => observed,
  isDone: isAsWanted,
  apply: (ctx, desired) => withRepository(ctx, (git) => push(git, desired)),
  verify: async (ctx, desired) => [await sameTree(ctx, desired)],
};

async function look(git: Git, desired: Tree, { commit, tree }: Head): Promise<Observed> {
  const paths = desired.entries?.map((one) => one.path) ?? null;
  const entries = paths === null ? null : await entriesAt(git, commit, paths);
  return { head: commit, tree, entries: entries?.map(({ entry }) => entry) ?? null };
}

function isAsWanted(desired: Tree, observed: Observed): boolean {
  if (desired.entries === null) return observed.tree === desired.tree;
  return desired.entries.every(({ entry }, at) => observed.entries?.[at] === entry);
}

async function push(git: Git, desired: Revert): Promise<Receipt> {
  const { ctx } = git;
  const head = await fetchHistory(git);
  const before = await look(git, desired, head);
  if (isAsWanted(desired, before)) return receipt(false, desired, head.commit);
  if (head.commit !== desired.head) throw drift(desired, head.commit);
  const tree = desired.tree ?? (await composeTree(git, desired));
  const made = await git.run(["commit-tree", tree, "-p", desired.head, "-F", "-"], {
    input: message(desired),
  });
  const commit = made.trim();
  if (ctx.signal.aborted)
    throw new Fault("transient", "CANCELLED", "Stopped before anything was pushed.", "Nothing was changed.");
  ctx.log(`Pushing ${commit.slice(0, 12)} to ${desired.branch}, on top of ${desired.head.slice(0, 12)}.`);
  try {
    const to = `${commit}:refs/heads/${desired.branch}`;
    await git.run(["push", "--porcelain", "--no-verify", "origin", to], { mayHaveActed: true });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return settle(git, desired, error);
  }
  return receipt(true, desired, commit);
}

/** What became of a push that failed or was never answered, as the branch itself shows. */
async function settle(git: Git, desired: Revert, fault: Fault): Promise<Receipt> {
  let now: Observed;
  try {
    now = await look(git, desired, await fetchHead(git));
  } catch (error) {
    if (!(error instanceof Fault) || fault.kind !== "unknown") throw fault;
    throw new Fault(
      "unknown",
      "PUSH_UNCERTAIN",
      `${fault.message} The branch cannot be seen either: ${error.message}`,
      `Look at ${desired.branch}. If its newest commit names ${desired.rollback}, mark the step done.`,
    );
  }
  if (isAsWanted(desired, now)) return receipt(true, desired, now.head);
  if (now.head !== desired.head) throw drift(desired, now.head);
  if (fault.kind !== "unknown") throw fault;
  // The server takes one push on top of this commit and no second one.
  throw new Fault(
    "transient",
    "PUSH_NOT_SEEN",
    fault.message,
    "The branch is as it was; it is pushed again.",
  );
}

/** The tree of the branch with the paths as the known-good commit has them. */
async function composeTree(git: Git, desired: Revert): Promise<string> {
  await git.run(["read-tree", desired.head]);
  for (const { path: at, entry } of desired.entries ?? []) {
    const listed = await git.run(["--literal-pathspecs", "ls-files", "-z", "--", at]);
    const remove = listed.split("\0").filter((name) => name === at || name.startsWith(`${at}/`));
    await git.run(["update-index", "-z", "--index-info"], {
      input: remove.map((name) => `0 ${"0".repeat(40)}\t${name}\0`).join(""),
    });
    const [mode = "", type, object = ""] = entry?.split(" ") ?? [];
    if (type === "tree") await git.run(["read-tree", `--prefix=${at}/`, object]);
    else if (entry !== null)
      await git.run(["update-index", "--add", "--cacheinfo", `${mode},${object},${at}`]);
  }
  return (await git.run(["write-tree", "--missing-ok"])).trim();
}

function message({ version, commit, head, rollback, branch, entries }: Revert): string {
  const what = entries === null ? branch : entries.map((one) => path.posix.basename(one.path)).join(", ");
  return [
    `Roll ${what} back to ${version}`,
    "",
    entries === null
      ? `The tree of this commit is that of ${commit}.`
      : `These are as in ${commit}: ${entries.map((one) => one.path).join(", ")}.`,
    `Nothing was overwritten: it follows ${head}.`,
    "",
    `Rollback: ${rollback}`,
    "",
  ].join("\n");
}

function receipt(changed: boolean, { branch, commit, head }: Revert, at: string): Receipt {
  const short = commit.slice(0, 12);
  return {
    changed,
    summary: changed
      ? `${branch} is as in ${short} again, by the commit ${at.slice(0, 12)}.`
      : `${branch} is as in ${short} already.`,
    data: { commit: at, before: head, restored: commit },
  };
}

function drift({ branch, head }: Revert, now: string): Fault {
  return new Fault(
    "permanent",
    "DRIFT",
    `${branch} is at ${now.slice(0, 12)}; the plan rests on ${head.slice(0, 12)}.`,
    "Somebody else has pushed. Nothing of theirs was overwritten. Make a new plan from what is there now.",
  );
}

/** Whether the branch shows the wanted tree, or the wanted entries. */
export async function sameTree(ctx: Context, desired: Tree): Promise<Evidence> {
  const now = await withRepository(ctx, async (git) => look(git, desired, await fetchHead(git)));
  const ok = isAsWanted(desired, now);
  const what =
    desired.entries === null ? `has the tree ${now.tree.slice(0, 12)}` : "was looked at path by path";
  return evidence(
    "Branch",
    ok,
    `${desired.branch} at ${now.head.slice(0, 12)} ${what}; that is ${ok ? "" : "not "}as in ${desired.commit.slice(0, 12)}.`,
  );
}
