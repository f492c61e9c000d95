import { z } from "zod";
import { HttpUrl } from "#lib/adapters/http-address.ts";
import { RevisionFolder } from "#lib/adapters/stored-revision.ts";

const Key = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\x00-\x1f\x7f]+$/, "A key has no control characters.");

export const Settings = z.strictObject({
  url: HttpUrl.describe("A client address of the cluster, such as https://etcd.internal:2379"),
  prefix: Key.describe(
    "All keys that begin with it are the configuration, such as config/; nothing else is touched",
  ),
  username: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\x00-\x1f\x7f]+$/, "A name has no control characters.")
    .optional()
    .describe("Signs in to a cluster with authentication, with the secret `password`"),
  snapshotFolder: RevisionFolder.optional().describe(
    "Folder on the worker's machine with what `etcdctl get --prefix -w json` printed, one file {revision}.json each, for revisions that the cluster has compacted; the configuration before a rollback is kept there too",
  ),
  plainKeys: z
    .array(Key)
    .max(200)
    .default([])
    .describe("Whole keys whose values are no secrets and may be shown"),
  maxOperations: z
    .number()
    .int()
    .min(2)
    .max(10_000)
    .default(128)
    .describe("How many operations the cluster takes in one transaction (its --max-txn-ops)"),
  timeoutMs: z.number().int().min(50).max(120_000).default(5000).describe("For each call"),
});
export type Settings = z.output<typeof Settings>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Keys = z.array(z.string());

export const Change = z.strictObject({
  key: z.string(),
  action: z.enum(["add", "change", "remove"]),
  modRevision: z
    .number()
    .int()
    .describe("At which the key was changed last when this was signed; 0: it was not there"),
});
export type Change = z.output<typeof Change>;

export const Wanted = z.strictObject({
  revision: z.string().describe("Of the cluster, or the name of a stored snapshot"),
  sha256: Sha256.describe("Of all keys under the prefix with their values, as they are to be"),
  leased: Keys.describe("Keys with a lease, which are left to whoever keeps it alive"),
});
export type Wanted = z.output<typeof Wanted>;

export const Restore = Wanted.extend({
  changes: z.array(Change).describe("Every key that is touched, in order; no other is"),
  plain: z
    .record(z.string(), z.strictObject({ from: z.string().nullable(), to: z.string().nullable() }))
    .describe("Values of the keys that are declared to be no secrets"),
});
export type Restore = z.output<typeof Restore>;

export const Keep = z.strictObject({
  file: z.string().describe("Name of the file in the snapshot folder"),
  revision: z.number().int().describe("Of the cluster, which the file keeps"),
  sha256: Sha256.describe("Of the file"),
});
export type Keep = z.output<typeof Keep>;

export const Nothing = z.strictObject({});
export type Nothing = z.output<typeof Nothing>;
