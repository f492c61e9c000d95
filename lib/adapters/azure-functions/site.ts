import {
  createFunction,
  get,
  getSlot,
  listApplicationSettings,
  listApplicationSettingsSlot,
  listDeployments,
  listDeploymentsSlot,
  listFunctions,
  listInstanceFunctionsSlot,
  swapSlotWithProduction,
  updateApplicationSettings,
} from "@azure/arm-appservice/api/webApps";
import type { Context } from "#lib/adapters/azure-functions/management.ts";
import { management } from "#lib/adapters/azure-functions/management.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Null stands for production. */
type Slot = string | null;

export type Deployment = { id: string; at: string | null; isActive: boolean; message: string };
type SiteFunction = { name: string; trigger: string | null; isDisabled: boolean; bindings: unknown[] };

/** One function app, as the operations of @azure/arm-appservice see it. Every method throws Fault. */
export type Site = {
  id: () => Promise<string>;
  /** Whether Azure says that an operation on the production slot or the other one is pending. */
  isBusy: (slot: string) => Promise<boolean>;
  deployments: (slot: Slot) => Promise<Deployment[]>;
  /** What a slot runs: its active deployment, or what the setting says that names it. */
  runs: (slot: Slot) => Promise<string | null>;
  functions: (slot: Slot) => Promise<SiteFunction[]>;
  appSettings: () => Promise<Map<string, string>>;
  setAppSettings: (values: ReadonlyMap<string, string>) => Promise<void>;
  setFunction: (name: string, config: Record<string, unknown>) => Promise<void>;
  /** Exchanges two slots: relative by nature, so whoever calls it has looked. Ends when Azure says that it is over. */
  swap: (slot: string, signal: AbortSignal) => Promise<void>;
};

export function openSite(ctx: Context): Site {
  const api = management(ctx);
  const { resourceGroup: group, site, versionSetting } = ctx.settings;
  const poll = { updateIntervalInMs: ctx.settings.lookEveryMs };

  const deployments = async (slot: Slot): Promise<Deployment[]> => {
    const pages =
      slot === null ? listDeployments(api, group, site) : listDeploymentsSlot(api, group, site, slot);
    const found: Deployment[] = [];
    for await (const { name, active, message, endTime } of pages)
      found.push({
        // The name of a nested resource may come with those of its parents.
        id: (name ?? "").split("/").at(-1) ?? "",
        at: endTime?.toISOString() ?? null,
        isActive: active === true,
        message: message ?? "",
      });
    return found;
  };
  const settingsOf = async (slot: Slot): Promise<Map<string, string>> => {
    const answer =
      slot === null
        ? await listApplicationSettings(api, group, site)
        : await listApplicationSettingsSlot(api, group, site, slot);
    return new Map(Object.entries(answer.properties ?? {}));
  };

  return {
    id: async () => {
      const { id } = await get(api, group, site);
      if (id === undefined)
        throw new Fault("permanent", "NOT_THERE", `Azure names no id of ${site}.`, "Check the settings.");
      return id.toLowerCase();
    },
    isBusy: async (slot) => {
      const [production, other] = await Promise.all([get(api, group, site), getSlot(api, group, site, slot)]);
      return Boolean(production.inProgressOperationId ?? other.inProgressOperationId);
    },
    deployments,
    runs: async (slot) => {
      if (versionSetting === undefined)
        return (await deployments(slot)).find(({ isActive }) => isActive)?.id ?? null;
      // The query of a package address is its signature, a secret.
      return (await settingsOf(slot)).get(versionSetting)?.split("?")[0] ?? null;
    },
    functions: async (slot) => {
      const pages =
        slot === null ? listFunctions(api, group, site) : listInstanceFunctionsSlot(api, group, site, slot);
      const found: SiteFunction[] = [];
      for await (const { name, config, isDisabled } of pages) {
        const bindings = Array.isArray(config?.["bindings"]) ? (config["bindings"] as unknown[]) : [];
        found.push({
          name: (name ?? "").split("/").at(-1) ?? "",
          trigger: triggerOf(bindings),
          isDisabled: isDisabled === true,
          bindings,
        });
      }
      return found;
    },
    appSettings: () => settingsOf(null),
    setAppSettings: async (values) => {
      await updateApplicationSettings(api, group, site, { properties: Object.fromEntries(values) });
    },
    setFunction: async (name, config) => {
      await createFunction(api, group, site, name, { config }, poll).pollUntilDone({
        abortSignal: ctx.signal,
      });
    },
    swap: async (slot, signal) => {
      const { preserveVnet } = ctx.settings;
      await swapSlotWithProduction(api, group, site, { targetSlot: slot, preserveVnet }, poll).pollUntilDone({
        abortSignal: signal,
      });
    },
  };
}

function triggerOf(bindings: readonly unknown[]): string | null {
  for (const binding of bindings)
    if (typeof binding === "object" && binding !== null && "type" in binding) {
      const { type } = binding;
      if (typeof type === "string" && type.endsWith("Trigger")) return type;
    }
  return null;
}
