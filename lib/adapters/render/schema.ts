import { z } from "zod";
import { HttpUrl } from "#lib/adapters/http-address.ts";
import { RevisionFolder } from "#lib/adapters/stored-revision.ts";

const Key = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,199}$/);

export const Settings = z.strictObject({
  serviceId: z
    .string()
    .max(100)
    .regex(/^[a-z]{3}-[A-Za-z0-9-]+$/, "Write the id of the service, such as srv-abc123.")
    .describe("The service, by its id"),
  apiUrl: HttpUrl.default("https://api.render.com/v1").describe("Base address of the Render API"),
  revisions: RevisionFolder.optional(),
  plainKeys: z
    .array(Key)
    .max(200)
    .default([])
    .describe("Variables whose values are no secrets and may be shown"),
  deploySeconds: z
    .number()
    .min(1)
    .max(3600)
    .default(540)
    .describe("How long a deploy of a kept build may take to be live"),
  settleSeconds: z
    .number()
    .min(0)
    .max(600)
    .default(15)
    .describe("How long to watch for a deploy when it is uncertain whether the request has arrived"),
  lookEveryMs: z
    .number()
    .int()
    .min(10)
    .max(60_000)
    .default(2000)
    .describe("Pause between the first looks; later ones are further apart"),
  timeoutMs: z.number().int().min(50).max(120_000).default(10_000).describe("For each call of the API"),
});
export type Settings = z.output<typeof Settings>;

const Nullable = z.string().nullable();

export const WantedDeploy = z.strictObject({
  deployId: z.string().describe("The kept deploy whose build shall run"),
  commit: Nullable,
  artifactId: Nullable.describe("The build of that deploy, where Render names it"),
  imageSha: Nullable,
});
export type WantedDeploy = z.output<typeof WantedDeploy>;

export const Rollback = WantedDeploy.extend({
  from: Nullable.describe(
    "The deploy that is live before, or another of the same build; anything else is drift, and nothing is sent",
  ),
});
export type Rollback = z.output<typeof Rollback>;

const Keys = z.array(z.string());
export const Environment = z.strictObject({
  revision: z.string(),
  sha256: z.string().describe("Of the stored file"),
  keys: z.strictObject({ added: Keys, changed: Keys, removed: Keys }),
  /** Values of the variables that are declared to be no secrets. */
  plain: z.record(z.string(), z.strictObject({ from: Nullable, to: Nullable })),
});
export type Environment = z.output<typeof Environment>;

export const Content = z.strictObject({ revision: z.string(), sha256: z.string() });
export type Content = z.output<typeof Content>;

export const Restart = Content.extend({
  rollback: z.string().describe("The rollback that it is deployed again for, once"),
});
export type Restart = z.output<typeof Restart>;

export const Nothing = z.strictObject({});
export type Nothing = z.output<typeof Nothing>;
