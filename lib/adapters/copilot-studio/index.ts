import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { Component } from "#lib/domain/service.ts";
import type { PublishObserved, TopicsObserved } from "#lib/adapters/copilot-studio/content.ts";
import type { Observed } from "#lib/adapters/copilot-studio/import.ts";
import type { KnowledgeObserved } from "#lib/adapters/copilot-studio/knowledge.ts";
import {
  Import,
  Knowledge,
  Nothing,
  Package,
  Publish,
  Settings,
  Topics,
} from "#lib/adapters/copilot-studio/schema.ts";
import { under } from "#lib/adapters/http-address.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";

const imports = () => import("#lib/adapters/copilot-studio/import.ts");
const content = () => import("#lib/adapters/copilot-studio/content.ts");
const knowledge = () => import("#lib/adapters/copilot-studio/knowledge.ts");
const look = { mutating: false, reversibility: "reversible" } as const;

const api = ({ environmentUrl }: Settings, path: string): string =>
  under(environmentUrl, `/api/data/v9.2/${path}`);
const rest = (settings: Settings, method: string, path: string, body: readonly string[] = []): string =>
  shellCommand([
    ...["az", "rest", "--resource", new URL(settings.environmentUrl).origin, "--method", method],
    ...["--url", api(settings, path), ...body],
  ]);
const installed = (settings: Settings): string =>
  rest(settings, "get", `solutions?$select=version&$filter=uniquename eq '${settings.solution}'`);
const parts = (settings: Settings, type: number): string =>
  rest(
    settings,
    "get",
    `botcomponents?$select=name,schemaname,modifiedon&$filter=componenttype eq ${type} and parentbotid/schemaname eq '${settings.bot}'`,
  );

/** Plans for one component only. */
function only<Context, Request extends { component: Component }, Plan>(
  component: Component,
  plan: (ctx: Context, request: Request) => Promise<Plan>,
) {
  return (ctx: Context, request: Request): Promise<Plan | null> =>
    request.component === component ? plan(ctx, request) : Promise.resolve(null);
}

export const copilotStudio = defineAdapter<Settings>({
  id: "copilot-studio",
  title: "Copilot Studio",
  description:
    "An agent of Copilot Studio, by the Dataverse Web API: the solution file of a version, its topics, its knowledge files, and publishing. A managed solution takes no lower version: the earlier content is imported under a higher number, which the setting reissued names.",
  components: ["code", "configuration", "knowledge_base"],
  settings: Settings,
  secrets: { clientSecret: "Secret of the application that signs in" },
  proof: {
    kind: "contract",
    against:
      "contract-tested: a server of our own that refuses whatever the published Dataverse Web API 9.2 does not know; not yet run against Dataverse itself",
  },
  example: {
    component: "code",
    settings: {
      environmentUrl: "https://contoso.crm4.dynamics.com",
      tenantId: "11111111-2222-4333-8444-555555555555",
      clientId: "66666666-7777-4888-9999-aaaaaaaaaaaa",
      solution: "HelpAgent",
      bot: "cr1_helpAgent",
      packages: "/srv/help-agent/solutions",
      reissued: { "2.3.0": "HelpAgent_2.4.1_is_2.3.0.zip" },
      revisions: "/srv/help-agent/topics",
      knowledge: "/srv/help-agent/knowledge",
    },
    secrets: { clientSecret: "env:LASTGOOD_SECRET_DATAVERSE" },
  },
  identify: async (ctx) => (await import("#lib/adapters/copilot-studio/inspect.ts")).identify(ctx),
  inspect: async (ctx) => (await import("#lib/adapters/copilot-studio/inspect.ts")).inspect(ctx),
  operations: [
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "capture",
      title: "Record what is installed",
      phase: "initiation",
      limitSeconds: 60,
      desired: Nothing,
      plan: only("code", () =>
        Promise.resolve({
          title: "Record the installed solution and its agent",
          desired: {},
          observed: null,
        }),
      ),
      command: installed,
      executor: async () => (await imports()).captureExecutor,
    }),
    defineOperation<Settings, Package, null>({
      ...look,
      id: "confirm",
      title: "Confirm the solution file",
      phase: "validation",
      limitSeconds: 60,
      desired: Package,
      plan: only("code", async (ctx, request) => {
        const { solution, version, file, sha256 } = (await (await imports()).planImport(ctx, request))
          .desired;
        const desired = { solution, version, file, sha256 };
        return { title: `Confirm the file of ${solution} ${version}`, desired, observed: null };
      }),
      command: (_settings, { file, sha256 }) => `echo ${shellQuote(`${sha256}  ${file}`)} | sha256sum -c -`,
      executor: async () => (await imports()).confirmExecutor,
    }),
    defineOperation<Settings, Topics, null>({
      ...look,
      id: "compare",
      title: "Compare the topics",
      phase: "validation",
      limitSeconds: 60,
      desired: Topics,
      plan: only("configuration", async (ctx, request) => {
        const { desired } = await (await content()).planTopics(ctx, request);
        return { title: `Compare the topics with ${desired.revision}`, desired, observed: null };
      }),
      command: (settings) => parts(settings, 9),
      executor: async () => (await content()).compareExecutor,
    }),
    defineOperation<Settings, Knowledge, null>({
      ...look,
      id: "confirm-knowledge",
      title: "Confirm the knowledge files",
      phase: "validation",
      limitSeconds: 120,
      desired: Knowledge,
      plan: only("knowledge_base", async (ctx, request) => {
        const { desired } = await (await knowledge()).planKnowledge(ctx, request);
        return { title: `Confirm the knowledge files of ${desired.revision}`, desired, observed: null };
      }),
      command: (settings, { revision }) =>
        shellCommand(["ls", "-l", `${settings.knowledge ?? ""}/${revision}`]),
      executor: async () => (await knowledge()).knowledgeConfirmExecutor,
    }),
    defineOperation<Settings, Import, Observed>({
      id: "import-solution",
      title: "Import the solution",
      phase: "execution",
      mutating: true,
      serving: "keeps",
      reversibility: "compensable",
      limitSeconds: 600,
      desired: Import,
      plan: only("code", async (ctx, request) => (await imports()).planImport(ctx, request)),
      command: ({ environmentUrl }, { file, sha256 }) =>
        `echo ${shellQuote(`${sha256}  ${file}`)} | sha256sum -c - && ` +
        shellCommand([
          ...["pac", "solution", "import", "--environment", environmentUrl, "--path", file],
          ...["--force-overwrite", "--activate-plugins", "--async"],
        ]),
      executor: async () => (await imports()).importExecutor,
    }),
    defineOperation<Settings, Topics, TopicsObserved>({
      id: "restore-topics",
      title: "Restore the topics",
      phase: "execution",
      mutating: true,
      serving: "keeps",
      reversibility: "reversible",
      limitSeconds: 300,
      desired: Topics,
      plan: only("configuration", async (ctx, request) => (await content()).planTopics(ctx, request)),
      command: (settings, { revision }) =>
        `jq -r '.topics | keys[]' ${shellQuote(`${settings.revisions ?? ""}/${revision}.json`)}; ` +
        `# for each of them, its id from: ${parts(settings, 9)}; then: ` +
        rest(settings, "patch", "botcomponents(ID)", ["--body", "@topic.json"]),
      executor: async () => (await content()).topicsExecutor,
    }),
    defineOperation<Settings, Knowledge, KnowledgeObserved>({
      id: "restore-knowledge",
      title: "Restore the knowledge files",
      phase: "execution",
      mutating: true,
      serving: "keeps",
      reversibility: "compensable",
      limitSeconds: 600,
      desired: Knowledge,
      plan: only("knowledge_base", async (ctx, request) => (await knowledge()).planKnowledge(ctx, request)),
      command: (settings, { revision }) =>
        `${shellCommand(["ls", `${settings.knowledge ?? ""}/${revision}`])}; ${parts(settings, 14)}; ` +
        "# in Copilot Studio, Knowledge: upload the files that differ, remove those that the folder does not hold",
      executor: async () => (await knowledge()).knowledgeExecutor,
    }),
    defineOperation<Settings, Publish, PublishObserved>({
      id: "publish",
      title: "Publish the agent",
      phase: "execution",
      mutating: true,
      serving: "keeps",
      reversibility: "reversible",
      limitSeconds: 300,
      desired: Publish,
      plan: only("code", async (ctx) => ({
        title: `Publish ${ctx.settings.bot}, so that nobody is answered from what was before`,
        desired: { bot: ctx.settings.bot },
        observed: await (await content()).observePublished(ctx),
      })),
      command: ({ environmentUrl, bot }) =>
        shellCommand(["pac", "copilot", "publish", "--environment", environmentUrl, "--bot", bot]),
      executor: async () => (await content()).publishExecutor,
    }),
    defineOperation<Settings, Package, null>({
      ...look,
      id: "verify-version",
      title: "Verify the installed solution",
      phase: "verification",
      limitSeconds: 60,
      desired: Package,
      plan: only("code", async (ctx, request) => {
        const { solution, version, file, sha256 } = (await (await imports()).planImport(ctx, request))
          .desired;
        const desired = { solution, version, file, sha256 };
        return { title: `Verify that ${solution} ${version} is installed`, desired, observed: null };
      }),
      command: installed,
      executor: async () => (await imports()).versionExecutor,
    }),
    defineOperation<Settings, Topics, null>({
      ...look,
      id: "verify",
      title: "Verify the topics",
      phase: "verification",
      limitSeconds: 60,
      desired: Topics,
      plan: only("configuration", async (ctx, request) => {
        const { desired } = await (await content()).planTopics(ctx, request);
        return { title: `Verify that the topics are as in ${desired.revision}`, desired, observed: null };
      }),
      command: (settings) => parts(settings, 9),
      executor: async () => (await content()).topicsVerifyExecutor,
    }),
    defineOperation<Settings, Knowledge, null>({
      ...look,
      id: "verify-knowledge",
      title: "Verify the knowledge files",
      phase: "verification",
      limitSeconds: 120,
      desired: Knowledge,
      plan: only("knowledge_base", async (ctx, request) => {
        const { desired } = await (await knowledge()).planKnowledge(ctx, request);
        return { title: `Verify the knowledge files of ${desired.revision}`, desired, observed: null };
      }),
      command: (settings) => parts(settings, 14),
      executor: async () => (await knowledge()).knowledgeVerifyExecutor,
    }),
  ],
});
