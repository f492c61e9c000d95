import path from "node:path";
import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { Observed } from "#lib/adapters/env-file/executor.ts";
import type { Observed as RestartObserved } from "#lib/adapters/env-file/restart.ts";
import { Content, Restart, Restore, Settings } from "#lib/adapters/env-file/schema.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";

const executors = () => import("#lib/adapters/env-file/executor.ts");
const same = (sha256: string, file: string): string =>
  `echo ${shellQuote(`${sha256}  ${file}`)} | sha256sum -c -`;

export const envFile = defineAdapter<Settings>({
  id: "env-file",
  title: "Environment file",
  description:
    "A file of KEY=value lines on the worker's machine. A stored revision of it, named by the deployment record, is put in its place in one step; the replaced file is kept.",
  components: ["configuration", "feature_flag"],
  settings: Settings,
  secrets: {},
  proof: {
    kind: "real",
    against: "files, modes, owners, links and processes of the machine that the tests run on",
  },
  inspect: async (ctx) => (await import("#lib/adapters/env-file/inspect.ts")).inspect(ctx),
  example: {
    component: "configuration",
    settings: {
      path: "/srv/checkout/checkout.env",
      backupDir: "/srv/checkout/revisions",
      plainKeys: ["LOG_LEVEL", "ANSWER_CACHE"],
      restartHook: ["/usr/bin/systemctl", "restart", "checkout.service"],
      restartHookIdempotent: true,
    },
  },
  operations: [
    defineOperation<Settings, Restore, null>({
      id: "confirm",
      title: "Confirm the stored configuration",
      phase: "validation",
      mutating: false,
      reversibility: "reversible",
      limitSeconds: 30,
      desired: Restore,
      plan: async (ctx, request) => {
        const { desired } = await (await executors()).planRestore(ctx, request);
        return { title: `Confirm the stored configuration ${desired.revision}`, desired, observed: null };
      },
      command: (settings, desired) =>
        `${same(desired.sha256, desired.backup)}; diff ${shellCommand([settings.path, desired.backup])}`,
      executor: async () => (await executors()).confirmExecutor,
    }),
    defineOperation<Settings, Restore, Observed>({
      id: "restore",
      title: "Restore the environment file",
      phase: "execution",
      mutating: true,
      serving: "keeps",
      reversibility: "reversible",
      limitSeconds: 60,
      desired: Restore,
      plan: async (ctx, request) => {
        const planned = await (await executors()).planRestore(ctx, request);
        const hasHook = ctx.settings.restartHook !== undefined;
        return {
          ...planned,
          notReverted: hasHook
            ? []
            : [
                {
                  what: `What running processes have read from ${path.basename(ctx.settings.path)}`,
                  why: "No restart hook is set; they keep it until they read the file again.",
                },
              ],
        };
      },
      command: (settings, desired) => {
        const [file, draft] = [shellQuote(settings.path), shellQuote(`${settings.path}.new`)];
        const kept = shellQuote(`${settings.path}.before-rollback`);
        return [
          same(desired.sha256, desired.backup),
          `cp -p ${file} ${kept}`,
          `cp -p ${file} ${draft}`,
          `cat ${shellQuote(desired.backup)} > ${draft}`,
          `mv ${draft} ${file}`,
        ].join(" && ");
      },
      executor: async () => (await executors()).restoreExecutor,
    }),
    defineOperation<Settings, Restart, RestartObserved>({
      id: "restart",
      title: "Run the restart hook",
      phase: "execution",
      mutating: true,
      serving: "interrupts",
      reversibility: "compensable",
      limitSeconds: 120,
      desired: Restart,
      plan: async (ctx, request) => {
        const hook = ctx.settings.restartHook;
        if (hook === undefined) return null;
        const { desired, observed } = await (await executors()).planRestore(ctx, request);
        if (observed.sha256 === desired.sha256) return null;
        const { observeRestart } = await import("#lib/adapters/env-file/restart.ts");
        return {
          title: `Run the restart hook ${path.basename(hook[0] ?? "")}`,
          desired: { sha256: desired.sha256, rollback: request.rollback },
          observed: await observeRestart(ctx.settings),
        };
      },
      command: (settings) => shellCommand(settings.restartHook ?? []),
      executor: async () => (await import("#lib/adapters/env-file/restart.ts")).restartExecutor,
    }),
    defineOperation<Settings, Content, null>({
      id: "verify",
      title: "Verify the environment file",
      phase: "verification",
      mutating: false,
      reversibility: "reversible",
      limitSeconds: 30,
      desired: Content,
      plan: async (ctx, request) => {
        const { desired } = await (await executors()).planRestore(ctx, request);
        const { sha256, revision } = desired;
        const file = path.basename(ctx.settings.path);
        return {
          title: `Verify that ${file} is as in ${revision}`,
          desired: { sha256, revision },
          observed: null,
        };
      },
      command: (settings, desired) => same(desired.sha256, settings.path),
      executor: async () => (await executors()).contentExecutor,
    }),
  ],
});
