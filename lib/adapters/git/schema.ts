import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { HttpUrl } from "#lib/adapters/http-address.ts";

/** A part of a ref as git takes it (git check-ref-format), without what a refspec or an option would read. */
const RefName = z
  .string()
  .max(200)
  .regex(
    /^(?![-/.+])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[A-Za-z0-9._/{}+@#-]+(?<![/.])$/,
    "Write a name as git takes it, such as main or release/2.x.",
  );

const RepositoryPath = z
  .string()
  .min(1)
  .max(500)
  .regex(
    /^(?!\.git(?:\/|$))(?:(?!\.{1,2}(?:\/|$))[^\/\\:*?"<>|\x00-\x1f\x7f-][^\/\\:*?"<>|\x00-\x1f\x7f]*(?:\/(?=[^\/])|$))+$/,
    "Write a path inside the repository, without . or .. in it.",
  );

export const Settings = z.strictObject({
  url: z
    .union([HttpUrl, AbsolutePath])
    .describe("The repository: https://… or the absolute path of one on the worker's machine"),
  branch: RefName.default("main").describe("The branch that is deployed from; it gets one more commit"),
  artifact: z
    .enum(["commit", "configurationRevision"])
    .default("commit")
    .describe("Which artifact of the deployment record names the commit"),
  tagName: RefName.refine((text) => text.includes("{version}"), "Write a name that holds {version}.")
    .optional()
    .describe(
      "Name of the tag of a version, such as v{version}: it must name the recorded commit, and stands for it where none was recorded",
    ),
  paths: z
    .array(RepositoryPath)
    .min(1)
    .max(50)
    .optional()
    .describe(
      "Files and folders that belong to this target; then these alone go back. Absent: the whole tree",
    ),
  username: z
    .string()
    .max(200)
    .regex(/^[^:\x00-\x1f\x7f]+$/)
    .default("git")
    .describe("Sent with the secret `token`"),
  author: z
    .strictObject({
      name: z
        .string()
        .max(100)
        .regex(/^[^<>\x00-\x1f\x7f]+$/),
      email: z
        .string()
        .max(200)
        .regex(/^[^<>\s\x00-\x1f\x7f]+$/),
    })
    .default({ name: "Lastgood", email: "lastgood@localhost" })
    .describe("Author of the commit"),
  git: AbsolutePath.optional().describe("The program; found on the PATH of the worker unless given"),
  caFile: AbsolutePath.optional().describe("Certificates to trust in place of the system's own"),
  timeoutSeconds: z.number().min(1).max(3600).default(120).describe("For each fetch and each push"),
  maxMegabytes: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(2000)
    .describe(
      "How much room what is fetched may take on the worker's disk until the step ends; the history without the contents of its files is fetched where the server can do so",
    ),
});
export type Settings = z.output<typeof Settings>;

const Hash = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

export const KnownGood = z.strictObject({
  branch: z.string(),
  commit: Hash.describe("The commit that was known to be good, by its full name"),
});
export type KnownGood = z.output<typeof KnownGood>;

/** A file or a folder as the known-good commit has it: mode, type and object; null: it has none. */
const Entry = z.strictObject({ path: z.string(), entry: z.string().nullable() });

export const Tree = KnownGood.extend({
  tree: Hash.nullable().describe("Of the whole branch, as it is to be; null where only entries are"),
  entries: z.array(Entry).nullable().describe("What the paths are to be; null where the whole tree is"),
});
export type Tree = z.output<typeof Tree>;

export const Revert = Tree.extend({
  head: Hash.describe("The commit that the branch is at; on any other, nothing is pushed"),
  version: z.string(),
  rollback: z.string(),
});
export type Revert = z.output<typeof Revert>;

export const Nothing = z.strictObject({});
export type Nothing = z.output<typeof Nothing>;
