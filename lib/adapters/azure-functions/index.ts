import type { Observed } from "#lib/adapters/azure-functions/swap.ts";
import type { BindingsObserved, SettingsObserved } from "#lib/adapters/azure-functions/restore.ts";
import {
  AppSettings,
  Bindings,
  Content,
  Nothing,
  Settings,
  Swap,
  Triggers,
  Wanted,
} from "#lib/adapters/azure-functions/schema.ts";
import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { AdapterContext, PlanRequest } from "#lib/adapters/contract.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";

const swaps = () => import("#lib/adapters/azure-functions/swap.ts");
const restores = () => import("#lib/adapters/azure-functions/restore.ts");
const look = { mutating: false, reversibility: "reversible" } as const;
type Context = AdapterContext<Settings>;
const isFor = (component: PlanRequest["component"], request: PlanRequest): boolean =>
  request.component === component;

const az = (
  { resourceGroup, site }: Settings,
  words: readonly string[],
  more: readonly string[] = [],
): string => shellCommand(["az", ...words, "--resource-group", resourceGroup, "--name", site, ...more]);
const deploymentsOf = (settings: Settings, slot: string | null): string =>
  az(
    settings,
    ["webapp", "log", "deployment", "list"],
    [...(slot === null ? [] : ["--slot", slot]), "--query", "[?active].id", "--output", "tsv"],
  );
const functions = (settings: Settings): string =>
  az(settings, ["functionapp", "function", "list"], ["--query", "[].[name, isDisabled]"]);
const names = (settings: Settings): string =>
  az(settings, ["functionapp", "config", "appsettings", "list"], ["--query", "[].name", "--output", "tsv"]);
const stored = ({ revisions = "" }: Settings, revision: string): string =>
  shellQuote(`${revisions}/${revision}.json`);

async function contentOf(ctx: Context, request: PlanRequest, title: (revision: string) => string) {
  if (!isFor("configuration", request)) return null;
  const { revision, sha256 } = (await (await restores()).planSettings(ctx, request)).desired;
  return { title: title(revision), desired: { revision, sha256 }, observed: null };
}
async function wantedOf(ctx: Context, request: PlanRequest, title: (deployment: string) => string) {
  if (!isFor("code", request)) return null;
  const { deployment } = (await (await swaps()).planSwap(ctx, request)).desired;
  return { title: title(deployment), desired: { deployment }, observed: null };
}

export const azureFunctions = defineAdapter<Settings>({
  id: "azure-functions",
  title: "Azure Functions",
  description:
    "A function app whose wanted version is kept in a deployment slot. The slot is swapped with production only while production does not run the wanted deployment; app settings and bindings go back to a stored revision.",
  components: ["code", "configuration"],
  settings: Settings,
  secrets: { clientSecret: "Secret of the application that signs in" },
  proof: {
    kind: "contract",
    against:
      "contract-tested: the official client @azure/arm-appservice 19.0.0 against a server of our own that refuses whatever its operations do not know; not yet run against Azure itself",
  },
  example: {
    component: "code",
    settings: {
      tenantId: "11111111-2222-4333-8444-555555555555",
      clientId: "66666666-7777-4888-9999-aaaaaaaaaaaa",
      subscriptionId: "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff",
      resourceGroup: "agents",
      site: "agent-mail",
      slot: "staging",
      revisions: "/srv/agent-mail/revisions",
    },
    secrets: { clientSecret: "env:LASTGOOD_SECRET_AZURE" },
  },
  identify: async (ctx) => (await import("#lib/adapters/azure-functions/inspect.ts")).identify(ctx),
  inspect: async (ctx) => (await import("#lib/adapters/azure-functions/inspect.ts")).inspect(ctx),
  operations: [
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "capture",
      title: "Record what the slots run",
      phase: "initiation",
      limitSeconds: 60,
      desired: Nothing,
      plan: (_ctx, request) =>
        Promise.resolve(
          isFor("code", request)
            ? { title: "Record what production and the slot run", desired: {}, observed: null }
            : null,
        ),
      command: (settings) => `${deploymentsOf(settings, null)}; ${deploymentsOf(settings, settings.slot)}`,
      executor: async () => (await swaps()).captureExecutor,
    }),
    defineOperation<Settings, Wanted, null>({
      ...look,
      id: "confirm",
      title: "Confirm that the slot holds the version",
      phase: "validation",
      limitSeconds: 60,
      desired: Wanted,
      plan: (ctx, request) =>
        wantedOf(ctx, request, (deployment) => `Confirm that a slot runs ${deployment}`),
      command: (settings) => deploymentsOf(settings, settings.slot),
      executor: async () => (await swaps()).confirmExecutor,
    }),
    defineOperation<Settings, Content, null>({
      ...look,
      id: "compare",
      title: "Compare settings and bindings",
      phase: "validation",
      limitSeconds: 60,
      desired: Content,
      plan: (ctx, request) =>
        contentOf(ctx, request, (revision) => `Compare app settings and bindings with ${revision}`),
      command: (settings, { revision }) =>
        `${names(settings)}; jq -r '.settings | keys[]' ${stored(settings, revision)}`,
      executor: async () => (await restores()).compareExecutor,
    }),
    defineOperation<Settings, Swap, Observed>({
      id: "swap-slot",
      serving: "keeps",
      title: "Swap the slot with production",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 600,
      desired: Swap,
      plan: async (ctx, request) => (isFor("code", request) ? (await swaps()).planSwap(ctx, request) : null),
      command: (settings, { deployment, slot }) =>
        `[ "$(${deploymentsOf(settings, slot)})" = ${shellQuote(deployment)} ] && ` +
        az(
          settings,
          ["functionapp", "deployment", "slot", "swap"],
          ["--slot", slot, "--target-slot", "production"],
        ),
      executor: async () => (await swaps()).swapExecutor,
    }),
    defineOperation<Settings, Bindings, BindingsObserved>({
      id: "restore-bindings",
      serving: "interrupts",
      title: "Restore the bindings",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 300,
      desired: Bindings,
      plan: async (ctx, request) =>
        isFor("configuration", request) ? (await restores()).planBindings(ctx, request) : null,
      command: (settings, { revision, functions: differ }) => {
        const { subscriptionId, resourceGroup, site, managementUrl } = settings;
        const base = `${managementUrl}/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Web/sites/${site}/functions`;
        return (
          differ
            .map(
              (name) =>
                `jq '{properties: {config: .bindings[${shellQuote(JSON.stringify(name)).slice(1, -1)}]}}' ${stored(settings, revision)} | ` +
                `az rest --method put --url ${shellQuote(`${base}/${name}?api-version=2025-05-01`)} --body @/dev/stdin`,
            )
            .join(" && ") || functions(settings)
        );
      },
      executor: async () => (await restores()).bindingsExecutor,
    }),
    defineOperation<Settings, AppSettings, SettingsObserved>({
      id: "restore-settings",
      serving: "interrupts",
      title: "Restore the app settings",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 120,
      desired: AppSettings,
      plan: async (ctx, request) =>
        isFor("configuration", request) ? (await restores()).planSettings(ctx, request) : null,
      command: (settings, { revision, keys }) => {
        const set = `jq '.settings' ${stored(settings, revision)} > settings.json && ${az(settings, ["functionapp", "config", "appsettings", "set"], ["--settings", "@settings.json"])}`;
        if (keys.removed.length === 0) return set;
        return `${set} && ${az(settings, ["functionapp", "config", "appsettings", "delete"], ["--setting-names", ...keys.removed])}`;
      },
      executor: async () => (await restores()).settingsExecutor,
    }),
    defineOperation<Settings, Wanted, null>({
      ...look,
      id: "verify-version",
      title: "Verify what production runs",
      phase: "verification",
      limitSeconds: 60,
      desired: Wanted,
      plan: (ctx, request) =>
        wantedOf(ctx, request, (deployment) => `Verify that production runs ${deployment}`),
      command: (settings) => deploymentsOf(settings, null),
      executor: async () => (await swaps()).versionExecutor,
    }),
    defineOperation<Settings, Triggers, null>({
      ...look,
      id: "verify-triggers",
      title: "Verify the triggers",
      phase: "verification",
      limitSeconds: 120,
      desired: Triggers,
      plan: async (ctx, request) =>
        isFor("code", request) ? (await swaps()).planTriggers(ctx, request) : null,
      command: functions,
      executor: async () => (await swaps()).triggersExecutor,
    }),
    defineOperation<Settings, Content, null>({
      ...look,
      id: "verify",
      title: "Verify settings and bindings",
      phase: "verification",
      limitSeconds: 60,
      desired: Content,
      plan: (ctx, request) =>
        contentOf(ctx, request, (revision) => `Verify that settings and bindings are as in ${revision}`),
      command: names,
      executor: async () => (await restores()).contentExecutor,
    }),
  ],
});
