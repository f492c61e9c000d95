import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { Operation, PlanRequest } from "#lib/adapters/contract.ts";
import { curlCommand } from "#lib/adapters/curl-command.ts";
import { under } from "#lib/adapters/http-address.ts";
import type { Observed } from "#lib/adapters/http-blue-green/executor.ts";
import {
  Limit,
  Nothing,
  Settings,
  Switch,
  Wanted,
  WantedVersion,
} from "#lib/adapters/http-blue-green/schema.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";

const get = (settings: Settings, path: string, secrets: readonly string[] = []): string =>
  curlCommand({ url: under(settings.url, path), bearer: bearerOf(secrets) });
const bearerOf = (secrets: readonly string[]): string | undefined => secrets.find((name) => name === "token");
const query = (settings: Settings, secrets?: readonly string[]): string =>
  curlCommand({
    method: "POST",
    url: under(settings.url, settings.queryPath ?? ""),
    bearer: bearerOf(secrets ?? []),
    headers: { "content-type": "application/json" },
    body: JSON.stringify(settings.queryBody),
  });

const look = { mutating: false, reversibility: "reversible" } as const;
type Check<Desired> = Operation<Settings, Desired, null>;
const planned = <Desired>(title: string, desired: Desired) =>
  Promise.resolve({ title, desired, observed: null });
const wanted = async (...of: Parameters<Check<Wanted>["plan"]>) =>
  (await (await import("#lib/adapters/http-blue-green/plan.ts")).locate(...of)).wanted;
const checks = () => import("#lib/adapters/http-blue-green/checks.ts");
const versionOf = (request: PlanRequest): WantedVersion => ({ version: request.to.version });

export const httpBlueGreen = defineAdapter<Settings>({
  id: "http-blue-green",
  title: "Blue-green over HTTP",
  description:
    "Two environments behind one address: GET /deployment/status tells which one serves, POST /deployment/rollback switches to the other.",
  components: ["code", "routing"],
  settings: Settings,
  secrets: { token: "Sent as bearer token with every call" },
  proof: {
    kind: "real",
    against: "HTTP servers of our own, run as processes, with the documented API and faults",
  },
  inspect: async (ctx) => (await import("#lib/adapters/http-blue-green/inspect.ts")).inspect(ctx),
  example: {
    component: "code",
    settings: { url: "http://gateway.internal:8080", metricsPath: "/metrics", conditional: true },
    secrets: { token: "env:LASTGOOD_SECRET_GATEWAY" },
  },
  operations: [
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "capture",
      title: "Record status and history",
      phase: "initiation",
      limitSeconds: 30,
      desired: Nothing,
      plan: () => planned("Record which environment serves, and the deployment history", {}),
      command: (settings, _desired, secrets) => get(settings, settings.statusPath, secrets),
      executor: async () => (await checks()).captureExecutor,
    }),
    defineOperation<Settings, Wanted, null>({
      ...look,
      id: "confirm",
      title: "Confirm the version to return to",
      phase: "validation",
      limitSeconds: 60,
      desired: Wanted,
      plan: async (ctx, request) => {
        const desired = await wanted(ctx, request);
        return planned(`Confirm that ${desired.environment} holds ${desired.version}`, desired);
      },
      command: (settings, _desired, secrets) => get(settings, settings.statusPath, secrets),
      executor: async () => (await checks()).confirmExecutor,
    }),
    defineOperation<Settings, Switch, Observed>({
      id: "switch",
      title: "Switch traffic",
      phase: "execution",
      mutating: true,
      serving: "keeps",
      reversibility: "reversible",
      limitSeconds: 120,
      desired: Switch,
      plan: async (ctx, request) =>
        (await import("#lib/adapters/http-blue-green/plan.ts")).planSwitch(ctx, request),
      command: (settings, desired, secrets) => {
        const rollback = curlCommand({
          method: "POST",
          url: under(settings.url, settings.rollbackPath),
          bearer: bearerOf(secrets ?? []),
        });
        const status = get(settings, settings.statusPath, secrets);
        return `[ "$(${status} | jq -r '.currentEnvironment // .current // .active')" = ${shellQuote(desired.from.environment)} ] && ${rollback}`;
      },
      executor: async () => {
        const { switchExecutor } = await import("#lib/adapters/http-blue-green/executor.ts");
        return switchExecutor;
      },
    }),
    defineOperation<Settings, Wanted, null>({
      ...look,
      id: "verify-version",
      title: "Verify the version that serves",
      phase: "verification",
      limitSeconds: 60,
      desired: Wanted,
      plan: async (ctx, request) => {
        const desired = await wanted(ctx, request);
        return planned(`Verify that ${desired.environment} serves ${desired.version}`, desired);
      },
      command: (settings, _desired, secrets) => get(settings, settings.statusPath, secrets),
      executor: async () => (await checks()).versionExecutor,
    }),
    defineOperation<Settings, WantedVersion, null>({
      ...look,
      id: "verify-health",
      title: "Verify health",
      phase: "verification",
      limitSeconds: 120,
      desired: WantedVersion,
      plan: (_ctx, request) => planned("Verify that the service says it is healthy", versionOf(request)),
      command: (settings, _desired, secrets) => get(settings, settings.healthPath, secrets),
      executor: async () => (await checks()).healthExecutor,
    }),
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "verify-core",
      title: "Verify core functionality",
      phase: "verification",
      limitSeconds: 120,
      desired: Nothing,
      plan: ({ settings }) =>
        settings.queryPath === undefined
          ? Promise.resolve(null)
          : planned(`Verify that ${settings.queryPath} answers a query`, {}),
      command: (settings, _desired, secrets) => query(settings, secrets),
      executor: async () => (await checks()).coreExecutor,
    }),
    defineOperation<Settings, Limit, null>({
      ...look,
      id: "verify-performance",
      title: "Verify response time",
      phase: "verification",
      limitSeconds: 120,
      desired: Limit,
      plan: ({ settings }) =>
        planned(`Verify that responses take less than ${settings.maxMilliseconds} ms`, {
          most: settings.maxMilliseconds,
        }),
      command: (settings, _desired, secrets) =>
        `time ${settings.queryPath === undefined ? get(settings, settings.healthPath, secrets) : query(settings, secrets)}`,
      executor: async () => (await checks()).performanceExecutor,
    }),
    defineOperation<Settings, Limit, null>({
      ...look,
      id: "verify-error-rate",
      title: "Verify the error rate",
      phase: "verification",
      limitSeconds: 120,
      desired: Limit,
      plan: ({ settings }) =>
        settings.metricsPath === undefined
          ? Promise.resolve(null)
          : planned(
              `Verify that fewer than ${Number((settings.maxErrorRate * 100).toFixed(2))} % of the requests fail`,
              {
                most: settings.maxErrorRate,
              },
            ),
      command: (settings, _desired, secrets) => get(settings, settings.metricsPath ?? "", secrets),
      executor: async () => (await checks()).errorRateExecutor,
    }),
  ],
});
