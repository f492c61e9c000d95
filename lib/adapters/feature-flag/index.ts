import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import type { Observed } from "#lib/adapters/feature-flag/executor.ts";
import { readCommand, setCommand } from "#lib/adapters/feature-flag/manual-commands.ts";
import { Flag, Flags, Settings } from "#lib/adapters/feature-flag/schema.ts";

const executors = () => import("#lib/adapters/feature-flag/executor.ts");
const open = async (ctx: AdapterContext<Settings>) =>
  (await import("#lib/adapters/feature-flag/open-provider.ts")).openProvider(ctx);
const look = { mutating: false, reversibility: "reversible", limitSeconds: 60 } as const;
const names = ({ flags }: Settings): string => flags.map(({ name }) => name).join(", ");
const planned = (title: string, { flags }: Settings) =>
  Promise.resolve({ title, desired: { flags }, observed: null });
const command = (settings: Settings, { flags }: Flags, secrets?: readonly string[]): string =>
  readCommand(settings, flags, secrets);

export const featureFlag = defineAdapter<Settings>({
  id: "feature-flag",
  title: "Feature flags",
  description:
    "Flags in Unleash, behind an HTTP API, or in a JSON file. Each is set to the state that is wanted once rolled back, never toggled, and seen again as those see it who ask for it.",
  components: ["feature_flag"],
  settings: Settings,
  secrets: {
    token: "Unleash: an admin or service token; http: sent as bearer token",
    clientToken: "Unleash: a backend token of the environment, to see what clients are told",
    frontendToken: "Unleash: a frontend token of the environment, to see how a flag is evaluated",
  },
  proof: {
    kind: "real",
    against: "Unleash 7.5.1 on PostgreSQL 15, files on disk, and an HTTP server of our own",
  },
  example: {
    component: "feature_flag",
    settings: {
      provider: { kind: "unleash", url: "https://unleash.internal", environment: "production" },
      flags: [{ name: "new-checkout", enabled: false }],
    },
    secrets: { token: "env:LASTGOOD_SECRET_UNLEASH", clientToken: "env:LASTGOOD_SECRET_UNLEASH_CLIENT" },
  },
  identify: async (ctx) => (await open(ctx)).identify(),
  inspect: async (ctx) => {
    const provider = await open(ctx);
    const { recordExecutor } = await executors();
    const flags = await recordExecutor.verify(ctx, { flags: ctx.settings.flags });
    return { tools: [], evidence: [...(await provider.inspect()), ...flags], current: null, history: [] };
  },
  operations: [
    defineOperation<Settings, Flags, null>({
      ...look,
      id: "record",
      title: "Record how the flags stand",
      phase: "initiation",
      desired: Flags,
      plan: ({ settings }) => planned(`Record how ${names(settings)} stands now`, settings),
      command,
      executor: async () => (await executors()).recordExecutor,
    }),
    defineOperation<Settings, Flags, null>({
      ...look,
      id: "confirm",
      title: "Confirm that the flags are there",
      phase: "validation",
      desired: Flags,
      plan: ({ settings }) => planned(`See that there is ${names(settings)}`, settings),
      command,
      executor: async () => (await executors()).recordExecutor,
    }),
    defineOperation<Settings, Flag, Observed>({
      id: "set",
      serving: "keeps",
      title: "Set a flag",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 60,
      desired: Flag,
      plan: async (ctx) => (await executors()).planSet(ctx),
      command: setCommand,
      executor: async () => (await executors()).setExecutor,
    }),
    defineOperation<Settings, Flags, null>({
      ...look,
      id: "verify",
      title: "Verify the flags",
      phase: "verification",
      limitSeconds: 120,
      desired: Flags,
      plan: ({ settings }) => planned(`Verify ${names(settings)} as those see it who ask for it`, settings),
      command,
      executor: async () => (await executors()).verifyExecutor,
    }),
  ],
});
