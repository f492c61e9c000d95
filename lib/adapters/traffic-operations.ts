import { defineOperation } from "#lib/adapters/contract.ts";
import type { AdapterContext, AnyOperation, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { curlCommand } from "#lib/adapters/curl-command.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";
import type { Pool, PoolClient } from "#lib/adapters/traffic-pool.ts";
import { Route, Served } from "#lib/adapters/traffic-settings.ts";
import type { TrafficSettings } from "#lib/adapters/traffic-settings.ts";

export type TrafficAdapter<S extends TrafficSettings> = {
  client: () => Promise<PoolClient<S>>;
  /** What a person would type to reach it. */
  switchCommand: (settings: S, route: Route, secretNames: readonly string[]) => string;
  /** What a person would type to see who serves, and what is left at the others. */
  showCommand: (settings: S, secretNames: readonly string[]) => string;
  /** What a switch does not keep, for the plan. */
  notReverted: (settings: S) => { what: string; why: string }[];
};

const look = { mutating: false, reversibility: "reversible" } as const;

/** The operations that every load balancer has: confirm, switch, drain, verify-version. */
export function trafficOperations<S extends TrafficSettings>(balancer: TrafficAdapter<S>): AnyOperation<S>[] {
  const planned = async (ctx: AdapterContext<S>, request: PlanRequest): Promise<Planned<Route, Pool>> => {
    const { planSwitch } = await import("#lib/adapters/traffic-switch.ts");
    return planSwitch(await balancer.client(), ctx, request);
  };
  const nth = "i=0; while [ $i -lt %N ]; do %CURL; echo; i=$((i+1)); done";
  return [
    defineOperation<S, Route, null>({
      ...look,
      id: "confirm",
      title: "Confirm that a backend holds the version",
      phase: "validation",
      limitSeconds: 60,
      desired: Route,
      plan: async (ctx, request) => {
        const { desired } = await planned(ctx, request);
        const names = desired.serving.map(({ name }) => name).join(", ");
        return { title: `Confirm that ${names} holds ${desired.version}`, desired, observed: null };
      },
      command: (settings, _desired, secrets = []) => balancer.showCommand(settings, secrets),
      executor: async () =>
        (await import("#lib/adapters/traffic-checks.ts")).confirmExecutor(await balancer.client()),
    }),
    defineOperation<S, Route, Pool>({
      id: "switch",
      serving: "keeps",
      title: "Switch traffic",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 120,
      desired: Route,
      plan: async (ctx, request) => {
        const notReverted = balancer.notReverted(ctx.settings);
        return { ...(await planned(ctx, request)), notReverted };
      },
      command: (settings, desired, secrets = []) => balancer.switchCommand(settings, desired, secrets),
      executor: async () =>
        (await import("#lib/adapters/traffic-switch.ts")).switchExecutor(await balancer.client()),
    }),
    defineOperation<S, Route, null>({
      ...look,
      id: "drain",
      title: "Wait for what the other backends still answer",
      phase: "execution",
      limitSeconds: 600,
      desired: Route,
      plan: async (ctx, request) => {
        const { desired } = await planned(ctx, request);
        if (desired.idle.length === 0) return null;
        const names = desired.idle.map(({ name }) => name).join(", ");
        const seconds = ctx.settings.drainSeconds;
        return { title: `Wait up to ${seconds} s for what ${names} still answers`, desired, observed: null };
      },
      command: (settings, _desired, secrets = []) => balancer.showCommand(settings, secrets),
      executor: async () =>
        (await import("#lib/adapters/traffic-checks.ts")).drainExecutor(await balancer.client()),
    }),
    defineOperation<S, Served, null>({
      ...look,
      id: "verify-version",
      title: "Verify the version that serves",
      phase: "verification",
      limitSeconds: 120,
      desired: Served,
      plan: ({ settings }, { to }) =>
        Promise.resolve({
          title: `Verify that ${settings.samples} of ${settings.samples} requests are answered by ${to.version}`,
          desired: { version: to.version, samples: settings.samples },
          observed: null,
        }),
      command: (settings, { samples }) =>
        nth
          .replace("%N", () => shellQuote(String(samples)))
          .replace("%CURL", () => curlCommand({ url: settings.address })),
      executor: async () => (await import("#lib/adapters/traffic-checks.ts")).servedExecutor,
    }),
  ];
}
