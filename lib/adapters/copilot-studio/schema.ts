import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { HttpUrl } from "#lib/adapters/http-address.ts";
import { RevisionFolder } from "#lib/adapters/stored-revision.ts";

const SchemaName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, "Write the schema name, without spaces.");
const FileName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*\.zip$/, "Write the name of a .zip file, without a folder.")
  .refine((name) => !name.includes(".."));

export const Settings = z.strictObject({
  environmentUrl: HttpUrl.describe("The Dataverse environment, such as https://contoso.crm4.dynamics.com"),
  tenantId: z.guid().describe("Directory (tenant) of the application that signs in"),
  clientId: z.guid().describe("The application that signs in, an application user of the environment"),
  loginUrl: HttpUrl.default("https://login.microsoftonline.com").describe("Where the application signs in"),
  solution: SchemaName.describe("Unique name of the solution that holds the agent"),
  bot: SchemaName.describe("Schema name of the agent"),
  packages: AbsolutePath.optional().describe(
    "Folder on the worker's machine with solution files named <solution>_<version>.zip",
  ),
  reissued: z
    .record(z.string().max(128), FileName)
    .default({})
    .describe(
      "Files to import instead, by version: the content of that version under a higher number, which a managed solution needs",
    ),
  revisions: RevisionFolder.optional().describe(
    "Folder on the worker's machine with <revision>.json for the topics of each configuration revision",
  ),
  knowledge: AbsolutePath.optional().describe(
    "Folder on the worker's machine with a folder <revision> of knowledge files for each configuration revision",
  ),
  importSeconds: z.number().min(1).max(3600).default(540).describe("How long an import may take"),
  settleSeconds: z
    .number()
    .min(0)
    .max(600)
    .default(30)
    .describe("How long to watch for an import when it is uncertain whether the request has arrived"),
  lookEveryMs: z.number().int().min(10).max(60_000).default(3000).describe("Pause between the first looks"),
  timeoutMs: z.number().int().min(50).max(300_000).default(60_000).describe("For each call"),
});
export type Settings = z.output<typeof Settings>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Names = z.array(z.string());

export const Package = z.strictObject({
  solution: z.string(),
  version: z.string().describe("That the file itself names, and that is installed afterwards"),
  file: z.string(),
  sha256: Sha256.describe("Of the solution file"),
});
export type Package = z.output<typeof Package>;

export const Import = Package.extend({
  isManaged: z.boolean(),
  from: z.string().nullable().describe("The installed version; any other is drift, and nothing is sent"),
});
export type Import = z.output<typeof Import>;

export const Topics = z.strictObject({ revision: z.string(), sha256: Sha256, topics: Names });
export type Topics = z.output<typeof Topics>;

export const Knowledge = z.strictObject({
  revision: z.string(),
  files: z.record(z.string(), Sha256).describe("Every knowledge file with its hash; no other stays"),
});
export type Knowledge = z.output<typeof Knowledge>;

export const Publish = z.strictObject({
  bot: z.string().describe("The agent whose published content is no older than any part of it"),
});
export type Publish = z.output<typeof Publish>;

/** A stored configuration revision: `<revision>.json`. */
export const StoredTopics = z.strictObject({
  topics: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,199}$/), z.strictObject({ data: z.string() })),
});

export const Nothing = z.strictObject({});
export type Nothing = z.output<typeof Nothing>;
