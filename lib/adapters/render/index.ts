import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import { curlCommand } from "#lib/adapters/curl-command.ts";
import { under } from "#lib/adapters/http-address.ts";
import type { Observed as EnvironmentObserved, RestartObserved } from "#lib/adapters/render/environment.ts";
import type { Observed } from "#lib/adapters/render/rollback.ts";
import {
  Content,
  Environment,
  Nothing,
  Restart,
  Rollback,
  Settings,
  WantedDeploy,
} from "#lib/adapters/render/schema.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";

const code = () => import("#lib/adapters/render/rollback.ts");
const environment = () => import("#lib/adapters/render/environment.ts");
const look = { mutating: false, reversibility: "reversible" } as const;
const url = ({ apiUrl, serviceId }: Settings, path: string): string =>
  under(apiUrl, `/services/${serviceId}${path}`);
const json = { "content-type": "application/json" };
const get = (settings: Settings, path: string): string =>
  curlCommand({ url: url(settings, path), bearer: "token" });
const live = (settings: Settings): string =>
  `${get(settings, "/deploys?limit=20")} | jq -r '.[].deploy | select(.status == "live") | .id, .commit.id'`;
const stored = (settings: Settings, revision: string): string =>
  shellQuote(`${settings.revisions ?? ""}/${revision}.env`);
const names = (settings: Settings): string =>
  `${get(settings, "/env-vars?limit=100")} | jq -r '.[].envVar.key'`;

export const render = defineAdapter<Settings>({
  id: "render",
  title: "Render",
  description:
    "A service on Render. Its code goes back to a deploy that Render has kept, by the id of that deploy; its environment variables go back to a stored file of KEY=value lines.",
  components: ["code", "configuration"],
  settings: Settings,
  secrets: { token: "API key of the Render workspace, sent as bearer token" },
  proof: {
    kind: "contract",
    against:
      "contract-tested: a server of our own that refuses whatever Render's published API does not know; not yet run against Render itself",
  },
  example: {
    component: "code",
    settings: { serviceId: "srv-d0abc123def456", revisions: "/srv/agent/revisions", plainKeys: ["MODEL"] },
    secrets: { token: "env:LASTGOOD_SECRET_RENDER" },
  },
  identify: async (ctx) => (await import("#lib/adapters/render/inspect.ts")).identify(ctx),
  inspect: async (ctx, component) =>
    (await import("#lib/adapters/render/inspect.ts")).inspect(ctx, component),
  operations: [
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "capture",
      title: "Record what runs",
      phase: "initiation",
      limitSeconds: 60,
      desired: Nothing,
      plan: (_ctx, { component }) =>
        Promise.resolve(
          component === "code"
            ? { title: "Record the live deploy and the last ones", desired: {}, observed: null }
            : null,
        ),
      command: (settings) => get(settings, "/deploys?limit=20"),
      executor: async () => (await code()).captureExecutor,
    }),
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "capture-names",
      title: "Record which variables there are",
      phase: "initiation",
      limitSeconds: 60,
      desired: Nothing,
      plan: (_ctx, { component }) =>
        Promise.resolve(
          component === "configuration"
            ? { title: "Record the names of the variables", desired: {}, observed: null }
            : null,
        ),
      command: names,
      executor: async () => (await environment()).namesExecutor,
    }),
    defineOperation<Settings, WantedDeploy, null>({
      ...look,
      id: "confirm",
      title: "Confirm the kept deploy",
      phase: "validation",
      limitSeconds: 60,
      desired: WantedDeploy,
      plan: async (ctx, request) => {
        if (request.component !== "code") return null;
        const { wanted } = await (await code()).planRollback(ctx, request);
        return { title: `Confirm that ${wanted.deployId} is kept`, desired: wanted, observed: null };
      },
      command: (settings, { deployId }) => get(settings, `/deploys/${deployId}`),
      executor: async () => (await code()).confirmExecutor,
    }),
    defineOperation<Settings, Content, null>({
      ...look,
      id: "compare",
      title: "Compare the variables",
      phase: "validation",
      limitSeconds: 60,
      desired: Content,
      plan: async (ctx, request) => {
        if (request.component !== "configuration") return null;
        const { revision, sha256 } = (await (await environment()).planEnvironment(ctx, request)).desired;
        return {
          title: `Compare the variables with ${revision}`,
          desired: { revision, sha256 },
          observed: null,
        };
      },
      command: (settings, { revision }) =>
        `${names(settings)} | sort | diff - /dev/fd/3 3<<EOF\n$(sed -n 's/^\\([A-Za-z_][A-Za-z0-9_.-]*\\)=.*/\\1/p' ${stored(settings, revision)} | sort)\nEOF`,
      executor: async () => (await environment()).compareExecutor,
    }),
    defineOperation<Settings, Rollback, Observed>({
      id: "rollback",
      title: "Roll back to a kept deploy",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 600,
      desired: Rollback,
      plan: async (ctx, request) => {
        if (request.component !== "code") return null;
        const { wanted: _wanted, ...planned } = await (await code()).planRollback(ctx, request);
        return planned;
      },
      command: (settings, { deployId }) =>
        curlCommand({
          method: "POST",
          url: url(settings, "/rollback"),
          bearer: "token",
          headers: json,
          body: JSON.stringify({ deployId }),
        }),
      executor: async () => (await code()).rollbackExecutor,
    }),
    defineOperation<Settings, Environment, EnvironmentObserved>({
      id: "restore-environment",
      title: "Restore the variables",
      phase: "execution",
      mutating: true,
      serving: "keeps",
      reversibility: "reversible",
      limitSeconds: 120,
      desired: Environment,
      plan: async (ctx, request) => {
        if (request.component !== "configuration") return null;
        return (await environment()).planEnvironment(ctx, request);
      },
      command: (settings, { revision }) =>
        `jq -Rn '[inputs | select(test("^[A-Za-z_]")) | capture("^(?<key>[^=]+)=(?<value>.*)$")]' ${stored(settings, revision)} | ` +
        `curl -fsS -X PUT -H "Authorization: Bearer $TOKEN" -H 'content-type: application/json' --data-binary @- ${shellQuote(url(settings, "/env-vars"))}`,
      executor: async () => (await environment()).environmentExecutor,
    }),
    defineOperation<Settings, Restart, RestartObserved>({
      id: "restart",
      title: "Start the service with the restored variables",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 600,
      desired: Restart,
      plan: async (ctx, request) => {
        if (request.component !== "configuration") return null;
        const { isSame, planEnvironment, startedWithThem } = await environment();
        const { desired, observed } = await planEnvironment(ctx, request);
        if (isSame(observed)) return null;
        const { revision, sha256 } = desired;
        const wanted = { revision, sha256, rollback: request.rollback };
        return {
          title: "Deploy the running build again, with the restored variables",
          desired: wanted,
          observed: await startedWithThem(ctx, wanted),
        };
      },
      command: (settings) =>
        curlCommand({
          method: "POST",
          url: url(settings, "/deploys"),
          bearer: "token",
          headers: json,
          body: JSON.stringify({ deployMode: "deploy_only" }),
        }),
      executor: async () => (await environment()).restartExecutor,
    }),
    defineOperation<Settings, WantedDeploy, null>({
      ...look,
      id: "verify-version",
      title: "Verify the live deploy",
      phase: "verification",
      limitSeconds: 120,
      desired: WantedDeploy,
      plan: async (ctx, request) => {
        if (request.component !== "code") return null;
        const { wanted } = await (await code()).planRollback(ctx, request);
        return {
          title: `Verify that the build of ${wanted.deployId} is live`,
          desired: wanted,
          observed: null,
        };
      },
      command: live,
      executor: async () => (await code()).versionExecutor,
    }),
    defineOperation<Settings, Content, null>({
      ...look,
      id: "verify",
      title: "Verify the variables",
      phase: "verification",
      limitSeconds: 60,
      desired: Content,
      plan: async (ctx, request) => {
        if (request.component !== "configuration") return null;
        const { revision, sha256 } = (await (await environment()).planEnvironment(ctx, request)).desired;
        return {
          title: `Verify that the variables are as in ${revision}`,
          desired: { revision, sha256 },
          observed: null,
        };
      },
      command: names,
      executor: async () => (await environment()).contentExecutor,
    }),
  ],
});
