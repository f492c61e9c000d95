import { checkExecutor } from "#lib/adapters/check-executor.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { describe } from "#lib/adapters/git/plan.ts";
import { sameTree } from "#lib/adapters/git/push-tree.ts";
import { differences, fetchHead, fetchHistory } from "#lib/adapters/git/repository.ts";
import { withRepository } from "#lib/adapters/git/run-git.ts";
import type { KnownGood, Nothing, Settings, Tree } from "#lib/adapters/git/schema.ts";

export const recordExecutor = checkExecutor<Settings, Nothing>((ctx) =>
  withRepository(ctx, async (git) => {
    const { commit } = await fetchHead(git);
    const subject = await git.run(["log", "-1", "--format=%cI %an: %s", commit]);
    const { branch } = ctx.settings;
    return [evidence("Commit now", true, `${branch} is at ${commit}. ${excerpt(ctx.redact(subject), 200)}`)];
  }),
);

/** The commit is there; shows what going back to it changes. */
export const confirmExecutor = checkExecutor<Settings, KnownGood>((ctx, { commit }) =>
  withRepository(ctx, async (git) => {
    const head = await fetchHistory(git);
    const subject = await git.run(["log", "-1", "--format=%cI %an: %s", commit]);
    const differ = await differences(git, head.commit, commit, ctx.settings.paths ?? []);
    return [
      evidence("Known-good commit", true, `${commit.slice(0, 12)}, ${excerpt(ctx.redact(subject), 200)}`),
      evidence("Difference", true, differ.length === 0 ? "No file differs." : describe(differ)),
    ];
  }),
);

export const treeExecutor = checkExecutor<Settings, Tree>(async (ctx, desired) => [
  await sameTree(ctx, desired),
]);
