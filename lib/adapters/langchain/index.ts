import path from "node:path";
import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { AdapterContext, Operation, PlanRequest } from "#lib/adapters/contract.ts";
import { under } from "#lib/adapters/http-address.ts";
import type { FileObserved } from "#lib/adapters/langchain/files.ts";
import type { Observed } from "#lib/adapters/langchain/prompts.ts";
import { AnyPrompts, File, Rendering, Settings } from "#lib/adapters/langchain/schema.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";

const files = () => import("#lib/adapters/langchain/files.ts");
const prompts = () => import("#lib/adapters/langchain/prompts.ts");
const look = { mutating: false, reversibility: "reversible" } as const;
type Context = AdapterContext<Settings>;
type Of = (settings: Settings) => string | undefined;

const show = ({ repository = "." }: Settings, commit: string, source: string): string =>
  shellCommand(["git", "-C", repository, "show", `${commit}:${source}`]);
const compare = (settings: Settings, { commit, source, file }: File): string =>
  `${show(settings, commit, source)} | cmp - ${shellQuote(file)}`;
const curl = (method: string, url: string, body?: object): string =>
  `curl -fsS -X ${method} -H "X-Api-Key: $API_KEY"` +
  (body === undefined
    ? ""
    : ` -H 'content-type: application/json' --data-raw ${shellQuote(JSON.stringify(body))}`) +
  ` ${shellQuote(url)}`;

function promptsByHand(settings: Settings, desired: AnyPrompts): string {
  const { registry, repository = ".", promptsFolder = "" } = settings;
  if ("files" in desired)
    return (
      `${shellCommand(["git", "-C", repository, "archive", "--format=tar", `${desired.commit}:${promptsFolder}`])} > prompts.tar && ` +
      `rm -rf ${shellQuote(`${desired.folder}.new`)} && mkdir ${shellQuote(`${desired.folder}.new`)} && ` +
      `tar -xf prompts.tar -C ${shellQuote(`${desired.folder}.new`)} && rsync -a --delete ${shellQuote(`${desired.folder}.new/`)} ${shellQuote(`${desired.folder}/`)}`
    );
  return Object.entries(desired.commits)
    .map(([prompt, commit]) => {
      const url = under(
        registry?.url ?? "",
        `/api/v1/repos/${registry?.owner ?? "-"}/${prompt}/tags/${desired.tag}`,
      );
      const id = `$(${curl("GET", under(registry?.url ?? "", `/commits/${registry?.owner ?? "-"}/${prompt}?limit=100`))} | jq -r '.commits[] | select(.commit_hash == ${JSON.stringify(commit)}) | .id')`;
      return `curl -fsS -X PATCH -H "X-Api-Key: $API_KEY" -H 'content-type: application/json' --data-raw "{\\"commit_id\\": \\"${id}\\"}" ${shellQuote(url)}`;
    })
    .join(" && ");
}

/** Puts one file of the repository in its place. */
function fileOperation(id: string, title: string, component: PlanRequest["component"], of: Of) {
  return defineOperation<Settings, File, FileObserved>({
    id,
    title,
    phase: "execution",
    mutating: true,
    serving: "keeps",
    reversibility: "reversible",
    limitSeconds: 60,
    desired: File,
    plan: async (ctx, request) => {
      const source = of(ctx.settings);
      if (request.component !== component || source === undefined) return null;
      return (await files()).planFile(ctx, request, source);
    },
    command: (settings, { commit, source, file }) =>
      `${show(settings, commit, source)} > ${shellQuote(`${file}.new`)} && mv ${shellQuote(`${file}.new`)} ${shellQuote(file)}`,
    executor: async () => (await files()).fileExecutor,
  });
}

/** Sees that the files of a component are as wanted, a step each. */
function fileCheck(
  id: string,
  title: string,
  component: PlanRequest["component"],
  all: readonly Of[],
): Operation<Settings, File, null> {
  return defineOperation<Settings, File, null>({
    ...look,
    id,
    title,
    phase: "verification",
    limitSeconds: 30,
    desired: File,
    plan: async (ctx: Context, request) => {
      if (request.component !== component) return null;
      const { planFile } = await files();
      const sources = all.flatMap((of) => of(ctx.settings) ?? []);
      const planned = await Promise.all(sources.map((source) => planFile(ctx, request, source)));
      return planned.map(({ desired }) => ({
        title: `Verify that ${path.basename(desired.file)} is as in ${desired.commit.slice(0, 12)}`,
        desired,
        observed: null,
      }));
    },
    command: compare,
    executor: async () => (await files()).fileVerifyExecutor,
  });
}

const model: Of = ({ repository, modelFile }) => (repository === undefined ? undefined : modelFile);
const tools: Of = ({ toolsFile }) => toolsFile;
const memory: Of = ({ memoryFile }) => memoryFile;

export const langchain = defineAdapter<Settings>({
  id: "langchain",
  title: "LangChain agent",
  description:
    "What a LangChain agent is made of besides its program: model, tools, memory settings and prompt templates, put back as they were at a commit of a git repository; prompts may instead be pinned in a registry such as LangSmith, where a tag names a commit of each.",
  components: ["code", "configuration"],
  settings: Settings,
  secrets: { apiKey: "API key of the prompt registry" },
  proof: {
    kind: "contract",
    against:
      "git 2.39 and files for real; the registry is contract-tested: a server of our own that refuses whatever LangSmith's published prompt API does not know, not yet run against LangSmith itself",
  },
  example: {
    component: "configuration",
    settings: {
      repository: "/srv/agent/repository.git",
      into: "/srv/agent/current",
      modelFile: "agent/model.json",
      toolsFile: "agent/tools.json",
      memoryFile: "agent/memory.json",
      promptsFolder: "agent/prompts",
      samplesFile: "agent/samples.json",
    },
  },
  inspect: async (ctx) => (await import("#lib/adapters/langchain/inspect.ts")).inspect(ctx),
  operations: [
    fileOperation("pin-model", "Pin the model", "code", model),
    fileOperation("restore-tools", "Restore the tool configurations", "configuration", tools),
    fileOperation("restore-memory", "Restore the memory settings", "configuration", memory),
    defineOperation<Settings, AnyPrompts, Observed>({
      id: "pin-prompts",
      title: "Pin the prompt templates",
      phase: "execution",
      mutating: true,
      serving: "keeps",
      reversibility: "reversible",
      limitSeconds: 120,
      desired: AnyPrompts,
      plan: async (ctx, request) =>
        request.component === "configuration" ? (await prompts()).planAny(ctx, request) : null,
      command: promptsByHand,
      executor: async () => (await prompts()).anyPromptsExecutor,
    }),
    fileCheck("verify-version", "Verify the model", "code", [model]),
    fileCheck("verify", "Verify tools and memory settings", "configuration", [tools, memory]),
    defineOperation<Settings, Rendering, null>({
      ...look,
      id: "render-prompts",
      title: "Fill every prompt template",
      phase: "verification",
      limitSeconds: 60,
      desired: Rendering,
      plan: async (ctx, request) =>
        request.component === "configuration" ? (await prompts()).planRendering(ctx, request) : null,
      command: (settings, desired) =>
        "files" in desired.prompts
          ? shellCommand(["grep", "-rnE", "\\{+[^}]*\\}+", desired.prompts.folder])
          : Object.keys(desired.prompts.commits)
              .map((prompt) =>
                curl(
                  "GET",
                  under(
                    settings.registry?.url ?? "",
                    `/commits/${settings.registry?.owner ?? "-"}/${prompt}/${settings.registry?.tag ?? ""}`,
                  ),
                ),
              )
              .join(" && "),
      executor: async () => (await prompts()).renderingExecutor,
    }),
  ],
});
