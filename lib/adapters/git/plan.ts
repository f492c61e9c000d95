import type { AdapterContext, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import {
  differences,
  entriesAt,
  fetchHistory,
  isOnBranch,
  resolve,
  treeOf,
} from "#lib/adapters/git/repository.ts";
import { withRepository } from "#lib/adapters/git/run-git.ts";
import type { Git } from "#lib/adapters/git/run-git.ts";
import type { Observed } from "#lib/adapters/git/push-tree.ts";
import type { Revert, Settings } from "#lib/adapters/git/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
const mostShown = 12;

/** Whether this target takes back files, or the whole tree. Throws Fault where the procedure names the other. */
export function offers(ctx: Context, request: PlanRequest, id: "revert-commit" | "restore-files"): boolean {
  const own = ctx.settings.paths === undefined ? "revert-commit" : "restore-files";
  if (own === id) return true;
  if (request.named?.includes(id) !== true || request.named.includes(own)) return false;
  throw new Fault(
    "permanent",
    id === "revert-commit" ? "PATHS_SET" : "NO_PATHS",
    id === "revert-commit"
      ? "The procedure takes the whole branch back, and this target is limited to some paths of it."
      : "The procedure restores files, and this target does not say which.",
    id === "revert-commit"
      ? "Choose a procedure that restores files, or take the setting paths away."
      : "Name the files and folders in the setting paths.",
  );
}

type Answer = Promise<Planned<Revert, Observed>>;
const made = new WeakMap<Context, { request: PlanRequest; answer: Answer }>();

/** The operations of one target are planned one after the other with one context: the repository is fetched once. */
export function planRevert(ctx: Context, request: PlanRequest): Answer {
  const before = made.get(ctx);
  if (before?.request === request) return before.answer;
  const answer = planAnew(ctx, request);
  made.set(ctx, { request, answer });
  return answer;
}

async function planAnew(ctx: Context, request: PlanRequest): Answer {
  const { branch, paths } = ctx.settings;
  refuseWrongName(ctx, request);
  return withRepository(ctx, async (git) => {
    const head = await fetchHistory(git);
    const commit = await knownGood(git, request);
    const tree = paths === undefined ? await treeOf(git, commit) : null;
    const entries = paths === undefined ? null : await entriesAt(git, commit, paths);
    const now = paths === undefined ? null : await entriesAt(git, head.commit, paths);
    if (entries?.every(({ entry }) => entry === null) === true)
      throw new Fault(
        "permanent",
        "NOTHING_THERE",
        `${commit.slice(0, 12)} has none of the paths; putting that back would remove them all.`,
        "Check the setting paths, and the commit in the deployment record.",
      );
    const differ = await differences(git, head.commit, commit, paths ?? []);
    const what = paths === undefined ? branch : `${paths.join(", ")} on ${branch}`;
    const { version } = request.to;
    return {
      title:
        differ.length === 0
          ? `${what} is as in ${commit.slice(0, 12)} already`
          : `Put ${what} back to ${commit.slice(0, 12)} (${version}), as a new commit. ${describe(differ)}`,
      desired: { branch, commit, tree, entries, head: head.commit, version, rollback: request.rollback },
      observed: {
        head: head.commit,
        tree: head.tree,
        entries: now?.map(({ entry }) => entry) ?? null,
      },
    };
  });
}

/** Such as “3 files: M api.py, A cache.py, D old.py”. */
export function describe(differ: readonly string[]): string {
  const more = differ.length > mostShown ? " and more" : "";
  const count = differ.length === 1 ? "1 file" : `${differ.length} files`;
  return `${count}: ${excerpt(differ.slice(0, mostShown).join(", "), 600)}${more}`;
}

/**
 * The full name of the commit that the deployment record names, on the branch, and the same as its tag says. Throws
 * Fault `permanent` otherwise: NO_COMMIT, COMMIT_MISSING, COMMIT_NOT_ON_BRANCH, TAG_MISSING, TAG_DIFFERS.
 */
async function knownGood(git: Git, { to }: PlanRequest): Promise<string> {
  const { artifact, tagName, branch } = git.ctx.settings;
  const named = to.artifacts[artifact];
  const tag = tagName?.replaceAll("{version}", () => to.version);
  const tagged = tag === undefined ? null : await resolve(git, `refs/tags/${tag}`);
  if (named === null && tag === undefined)
    throw new Fault(
      "permanent",
      "NO_COMMIT",
      `The deployment of ${to.version} names no ${artifact}.`,
      `Report deployments with ${artifact}, or set tagName if versions are tagged.`,
    );
  if (tag !== undefined && tagged === null)
    throw new Fault(
      "permanent",
      "TAG_MISSING",
      `The repository has no tag for the version: ${excerpt(tag, 80)}.`,
      "Push the tag of that version, or correct the setting tagName.",
    );
  const commit = named === null ? tagged : await resolve(git, named);
  if (commit === null) throw commitMissing(branch, named ?? "");
  if (tagged !== null && tagged !== commit)
    throw new Fault(
      "permanent",
      "TAG_DIFFERS",
      `The tag ${excerpt(tag ?? "", 80)} names ${tagged.slice(0, 12)}, and the deployment record ${commit.slice(0, 12)}.`,
      "Find out who moved the tag. Nothing is put back while the two differ.",
    );
  if (!(await isOnBranch(git, commit)))
    throw new Fault(
      "permanent",
      "COMMIT_NOT_ON_BRANCH",
      `${commit.slice(0, 12)} is not in the history of ${branch}.`,
      "Correct the setting branch, or the commit in the deployment record.",
    );
  return commit;
}

/** A commit goes by its hash: a branch or a tag of that name would be something that moves. */
function refuseWrongName({ settings }: Context, { to }: PlanRequest): void {
  const named = to.artifacts[settings.artifact];
  if (named !== null && !/^[0-9a-f]{7,64}$/.test(named)) throw commitMissing(settings.branch, named);
}

const commitMissing = (branch: string, named: string): Fault =>
  new Fault(
    "permanent",
    "COMMIT_MISSING",
    `The history of ${branch} and of the tags has no commit ${excerpt(named, 80)}, or more than one that begins so.`,
    "The history may have been rewritten. Report deployments with the full name of the commit.",
  );
