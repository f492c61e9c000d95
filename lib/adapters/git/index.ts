import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { Operation } from "#lib/adapters/contract.ts";
import {
  confirmCommand,
  recordCommand,
  revertCommand,
  verifyCommand,
} from "#lib/adapters/git/manual-commands.ts";
import type { Observed } from "#lib/adapters/git/push-tree.ts";
import { KnownGood, Nothing, Revert, Settings, Tree } from "#lib/adapters/git/schema.ts";

const look = { mutating: false, reversibility: "reversible" } as const;
const plans = () => import("#lib/adapters/git/plan.ts");
const checks = () => import("#lib/adapters/git/checks.ts");
const inspection = () => import("#lib/adapters/git/inspect.ts");

const push = (id: "revert-commit" | "restore-files", title: string): Operation<Settings, Revert, Observed> =>
  defineOperation<Settings, Revert, Observed>({
    id,
    title,
    phase: "execution",
    mutating: true,
    serving: "keeps",
    reversibility: "reversible",
    limitSeconds: 300,
    desired: Revert,
    plan: async (ctx, request) => {
      const { offers, planRevert } = await plans();
      return offers(ctx, request, id) ? planRevert(ctx, request) : null;
    },
    command: revertCommand,
    executor: async () => (await import("#lib/adapters/git/push-tree.ts")).pushExecutor,
  });

export const git = defineAdapter<Settings>({
  id: "git",
  title: "Git",
  description:
    "A branch of a repository. It gets one more commit, whose tree, or whose files under the given paths, are those of the commit that the deployment record names. History is never rewritten and nothing is forced: whoever pushed meanwhile is not overwritten.",
  components: ["code", "configuration", "knowledge_base"],
  settings: Settings,
  secrets: { token: "Password or access token, sent over HTTP with the setting username" },
  proof: { kind: "real", against: "git 2.39.5 over HTTP (git http-backend) and with repositories on disk" },
  example: {
    component: "code",
    settings: {
      url: "https://git.internal/shop/checkout.git",
      branch: "main",
      tagName: "v{version}",
      author: { name: "Lastgood", email: "lastgood@shop.internal" },
    },
    secrets: { token: "env:LASTGOOD_SECRET_GIT" },
  },
  lookSeconds: 60,
  identify: async (ctx) => (await inspection()).identify(ctx),
  inspect: async (ctx) => (await inspection()).inspect(ctx),
  operations: [
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "record",
      title: "Record the present commit",
      phase: "initiation",
      limitSeconds: 120,
      desired: Nothing,
      plan: ({ settings }) =>
        Promise.resolve({
          title: `Record at which commit ${settings.branch} is now`,
          desired: {},
          observed: null,
        }),
      command: recordCommand,
      executor: async () => (await checks()).recordExecutor,
    }),
    defineOperation<Settings, KnownGood, null>({
      ...look,
      id: "confirm",
      title: "Confirm the known-good commit",
      phase: "validation",
      limitSeconds: 120,
      desired: KnownGood,
      plan: async (ctx, request) => {
        const { branch, commit } = (await (await plans()).planRevert(ctx, request)).desired;
        const title = `Confirm that ${branch} has the commit ${commit.slice(0, 12)}`;
        return { title, desired: { branch, commit }, observed: null };
      },
      command: confirmCommand,
      executor: async () => (await checks()).confirmExecutor,
    }),
    push("revert-commit", "Put the whole tree of the known-good commit on the branch"),
    push("restore-files", "Put files of the known-good commit on the branch"),
    defineOperation<Settings, Tree, null>({
      ...look,
      id: "verify",
      title: "Verify the branch",
      phase: "verification",
      limitSeconds: 120,
      desired: Tree,
      plan: async (ctx, request) => {
        const { branch, commit, tree, entries } = (await (await plans()).planRevert(ctx, request)).desired;
        const title = `Verify that ${branch} is as in ${commit.slice(0, 12)}`;
        return { title, desired: { branch, commit, tree, entries }, observed: null };
      },
      command: verifyCommand,
      executor: async () => (await checks()).treeExecutor,
    }),
  ],
});
