import { z } from "zod";
import { AbsolutePath, ArgumentVector } from "#lib/adapters/absolute-path.ts";

const Key = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,199}$/);

/** A revision as the deployment record names it; it becomes a part of a file name. */
export const Revision = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/)
  .refine((text) => !text.includes(".."));

export const Settings = z.strictObject({
  path: AbsolutePath.describe("The environment file"),
  backups: z
    .record(Revision, AbsolutePath)
    .optional()
    .describe("Stored files by configuration revision, where their names follow no rule"),
  backupDir: AbsolutePath.optional().describe(
    "Folder of the stored files; the file's own folder unless given",
  ),
  backupName: z
    .string()
    .max(200)
    .regex(/^[^\/\x00-\x1f\x7f]*\{revision\}[^\/\x00-\x1f\x7f]*$/, "Write a file name that holds {revision}.")
    .default("{file}.{revision}")
    .describe(
      "Name of a stored file: {file} is the environment file's name, {revision} the configuration revision",
    ),
  plainKeys: z.array(Key).max(200).default([]).describe("Keys whose values are no secrets and may be shown"),
  restartHook: ArgumentVector.optional().describe("Run after the file was replaced: program and arguments"),
  restartHookSeconds: z.number().min(1).max(3600).default(60).describe("How long the restart hook may take"),
  restartHookIdempotent: z
    .boolean()
    .default(false)
    .describe(
      "Running the restart hook again does no harm, so it may be repeated when its outcome is unknown",
    ),
});
export type Settings = z.output<typeof Settings>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Keys = z.array(z.string());

export const Restore = z.strictObject({
  revision: z.string(),
  backup: z.string().describe("The stored file that is put in place"),
  sha256: Sha256.describe("Of its whole content"),
  keys: z.strictObject({ added: Keys, changed: Keys, removed: Keys }),
  /** Values of the keys that are declared to be no secrets. */
  plain: z.record(z.string(), z.strictObject({ from: z.string().nullable(), to: z.string().nullable() })),
});
export type Restore = z.output<typeof Restore>;

export const Content = z.strictObject({ sha256: Sha256, revision: z.string() });
export type Content = z.output<typeof Content>;

export const Restart = z.strictObject({
  sha256: Sha256.describe("The content that the service is restarted with"),
  rollback: z.string().describe("The rollback that it is restarted for, once"),
});
export type Restart = z.output<typeof Restart>;
