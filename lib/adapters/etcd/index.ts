import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { Kept } from "#lib/adapters/etcd/keep.ts";
import {
  compareCommand,
  keepCommand,
  readCommand,
  restoreCommand,
} from "#lib/adapters/etcd/manual-commands.ts";
import type { Observed } from "#lib/adapters/etcd/restore.ts";
import { Keep, Nothing, Restore, Settings, Wanted } from "#lib/adapters/etcd/schema.ts";

const look = { mutating: false, reversibility: "reversible" } as const;
const plans = () => import("#lib/adapters/etcd/plan.ts");
const checks = () => import("#lib/adapters/etcd/checks.ts");
const inspection = () => import("#lib/adapters/etcd/inspect.ts");

export const etcd = defineAdapter<Settings>({
  id: "etcd",
  title: "etcd",
  description:
    "The keys under a prefix. They are put back as they were at a past revision of the cluster, which the deployment record names, or as a stored snapshot has them where that revision is compacted. Transactions compare the revision of every key that they touch: whatever somebody else has changed meanwhile is not overwritten.",
  components: ["configuration", "feature_flag", "routing"],
  settings: Settings,
  secrets: {
    password: "Of the user that the settings name, for a cluster with authentication",
  },
  proof: { kind: "real", against: "etcd 3.4.23 with and without authentication, over HTTP" },
  example: {
    component: "configuration",
    settings: {
      url: "https://etcd.internal:2379",
      prefix: "config/",
      username: "lastgood",
      snapshotFolder: "/srv/lastgood/snapshots",
      plainKeys: ["config/database/pool_size", "config/redis/max_connections"],
    },
    secrets: {
      password: "env:LASTGOOD_SECRET_ETCD_PASSWORD",
    },
  },
  identify: async (ctx) => (await inspection()).identify(ctx),
  inspect: async (ctx) => (await inspection()).inspect(ctx),
  operations: [
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "record",
      title: "Record the present revision",
      phase: "initiation",
      limitSeconds: 30,
      desired: Nothing,
      plan: ({ settings }) =>
        Promise.resolve({
          title: `Record at which revision ${settings.prefix} is now`,
          desired: {},
          observed: null,
        }),
      command: (settings) => readCommand(settings),
      executor: async () => (await checks()).recordExecutor,
    }),
    defineOperation<Settings, Keep, Kept>({
      id: "keep",
      serving: "keeps",
      title: "Keep the present configuration in a file",
      phase: "initiation",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 60,
      desired: Keep,
      plan: async (ctx, request) => (await plans()).planKeep(ctx, request),
      command: keepCommand,
      executor: async () => (await import("#lib/adapters/etcd/keep.ts")).keepExecutor,
    }),
    defineOperation<Settings, Wanted, null>({
      ...look,
      id: "confirm",
      title: "Confirm the stored configuration",
      phase: "validation",
      limitSeconds: 60,
      desired: Wanted,
      plan: async (ctx, request) => {
        const desired = await (await plans()).planVerify(ctx, request);
        const title = `Confirm that ${ctx.settings.prefix} as at ${desired.revision} can be had`;
        return { title, desired, observed: null };
      },
      command: compareCommand,
      executor: async () => (await checks()).confirmExecutor,
    }),
    defineOperation<Settings, Restore, Observed>({
      id: "restore-prefix",
      serving: "keeps",
      title: "Restore every key under the prefix",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 120,
      desired: Restore,
      plan: async (ctx, request) => (await plans()).planRestore(ctx, request),
      command: restoreCommand,
      executor: async () => (await import("#lib/adapters/etcd/restore.ts")).restoreExecutor,
    }),
    defineOperation<Settings, Wanted, null>({
      ...look,
      id: "verify",
      title: "Verify every key under the prefix",
      phase: "verification",
      limitSeconds: 60,
      desired: Wanted,
      plan: async (ctx, request) => {
        const desired = await (await plans()).planVerify(ctx, request);
        const title = `Verify that ${ctx.settings.prefix} is as at ${desired.revision}`;
        return { title, desired, observed: null };
      },
      command: compareCommand,
      executor: async () => (await checks()).stateExecutor,
    }),
  ],
});
