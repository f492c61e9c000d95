import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { EtcdServer } from "#e2e/targets/etcd.ts";
import type { AdapterContext, Planned } from "#lib/adapters/contract.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import { etcd } from "#lib/adapters/etcd/index.ts";
import { Settings } from "#lib/adapters/etcd/schema.ts";
import type { Restore } from "#lib/adapters/etcd/schema.ts";
import type { JsonObject } from "#lib/domain/json.ts";

/** Plans and runs operations of the adapter against a server, with the settings that differ. */
export function etcdPlans(serverNow: () => EtcdServer) {
  const context = (settings: JsonObject, more: { allow?: string[]; secrets?: Record<string, string> } = {}) =>
    adapterContext({
      settings: Settings.parse({ url: serverNow().url, ...settings }),
      allow: more.allow ?? [serverNow().address],
      secrets: more.secrets ?? {},
    }).ctx as AdapterContext<Settings>;
  const operation = (id: string) => {
    const found = etcd.operations.find((each) => each.id === id);
    if (found === undefined) throw new Error(`There is no ${id}.`);
    return found;
  };
  const plan = async (
    settings: JsonObject,
    revision: string | number,
    more: { allow?: string[]; secrets?: Record<string, string> } = {},
  ) => {
    const request = planRequest({ revision: String(revision) });
    const [planned] = plansOf(await operation("restore-prefix").plan(context(settings, more), request));
    if (planned === undefined) throw new Error("Nothing was planned.");
    return planned as Planned<Restore, unknown>;
  };
  const run = (settings: JsonObject, desired: unknown, id = "restore-prefix", signal?: AbortSignal) =>
    runStep(
      {
        adapter: "etcd",
        operation: id,
        settings: { url: serverNow().url, ...settings },
        secrets: {},
        allow: [serverNow().address],
        desired,
      },
      signal,
    );
  return { context, operation, plan, run };
}
