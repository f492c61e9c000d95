import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { HttpUrl } from "#lib/adapters/http-address.ts";
import { RevisionFolder } from "#lib/adapters/stored-revision.ts";

const RepositoryPath = z
  .string()
  .max(500)
  .regex(
    /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*$/,
    "Write a path within the repository.",
  );
const Handle = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/);

export const Settings = z.strictObject({
  repository: AbsolutePath.optional().describe(
    "Git repository on the worker's machine, a clone or a bare one, that holds the files of the agent",
  ),
  into: AbsolutePath.describe("Folder that the agent reads its files from"),
  modelFile: RepositoryPath.default("model.json").describe("Model settings, in the repository"),
  toolsFile: RepositoryPath.optional().describe("Tool configurations, in the repository"),
  memoryFile: RepositoryPath.optional().describe("Memory settings, in the repository"),
  promptsFolder: RepositoryPath.optional().describe(
    "Folder of prompt templates in the repository: .mustache files are mustache, all others f-strings",
  ),
  samplesFile: RepositoryPath.optional().describe(
    "JSON in the repository with sample variables for each template: {file: {variable: value}}",
  ),
  registry: z
    .strictObject({
      url: HttpUrl.default("https://api.smith.langchain.com").describe("Base address of the prompt registry"),
      owner: Handle.default("-").describe("Owner of the prompts; - is the workspace of the key"),
      tag: Handle.default("production").describe("The tag by which the agent asks for its prompts"),
      prompts: z.array(Handle).min(1).max(100).describe("The prompts of the agent"),
    })
    .optional()
    .describe("Where prompts are pinned in a registry such as LangSmith instead of the repository"),
  revisions: RevisionFolder.optional().describe(
    "Folder with <revision>.json for each configuration revision: commits and sample variables of registry prompts",
  ),
  git: AbsolutePath.optional().describe("The git program; found on PATH otherwise"),
  timeoutMs: z
    .number()
    .int()
    .min(50)
    .max(120_000)
    .default(15_000)
    .describe("For each call of git or of the registry"),
});
export type Settings = z.output<typeof Settings>;

export const File = z.strictObject({
  commit: z.string().describe("The commit that the file is taken from"),
  source: z.string().describe("Its path in the repository"),
  file: z.string().describe("Where it is put"),
  sha256: z.string(),
});
export type File = z.output<typeof File>;

export const Prompts = z.strictObject({
  commit: z.string(),
  folder: z.string().describe("Where the templates are put"),
  files: z.record(z.string(), z.string()).describe("Every template with its hash; no other stays"),
});
export type Prompts = z.output<typeof Prompts>;

export const Pins = z.strictObject({
  revision: z.string(),
  tag: z.string(),
  commits: z.record(z.string(), z.string()).describe("Each prompt with the commit that the tag shall name"),
});
export type Pins = z.output<typeof Pins>;

export const AnyPrompts = z.union([Prompts, Pins]);
export type AnyPrompts = z.output<typeof AnyPrompts>;

const Variables = z.record(z.string(), z.json());
export const Samples = z.record(z.string(), Variables);
export type Samples = z.output<typeof Samples>;

export const Rendering = z.strictObject({
  prompts: AnyPrompts,
  samples: Samples.describe("Sample variables of each template"),
});
export type Rendering = z.output<typeof Rendering>;

/** A stored revision of registry prompts: `<revision>.json`. */
export const StoredPins = z.strictObject({
  prompts: z.record(Handle, z.string().regex(/^[0-9a-f]{8,64}$/, "A commit is named by its hash.")),
  samples: Samples.default({}),
});
export type StoredPins = z.output<typeof StoredPins>;
