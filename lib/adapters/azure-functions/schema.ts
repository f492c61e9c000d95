import { z } from "zod";
import { HttpUrl } from "#lib/adapters/http-address.ts";
import { RevisionFolder } from "#lib/adapters/stored-revision.ts";
import { Json } from "#lib/domain/json.ts";

const Name = z
  .string()
  .max(90)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._()-]*[A-Za-z0-9_()-])?$/);
const Key = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.:-]{0,199}$/);
const FunctionName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,127}$/);
const TriggerType = z.string().regex(/^[A-Za-z]{1,60}Trigger$/);

export const Settings = z.strictObject({
  tenantId: z.guid().describe("Directory (tenant) of the application that signs in"),
  clientId: z.guid().describe("The application that signs in"),
  subscriptionId: z.guid().describe("Subscription of the function app"),
  resourceGroup: Name.describe("Resource group of the function app"),
  site: Name.describe("Name of the function app"),
  slot: Name.default("staging").describe("The slot that is swapped with production"),
  versionSetting: Key.optional().describe(
    "App setting that names what a slot runs and moves with it, where the platform keeps no deployments; without it the id of the active deployment counts",
  ),
  revisions: RevisionFolder.optional(),
  plainKeys: z.array(Key).max(200).default([]).describe("App settings whose values are no secrets"),
  keptKeys: z
    .array(Key)
    .max(200)
    .default(["WEBSITE_RUN_FROM_PACKAGE", "WEBSITE_CONTENTSHARE", "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING"])
    .describe("App settings that belong to the platform or the package and stay as they are"),
  triggers: z
    .record(FunctionName, TriggerType)
    .optional()
    .describe("Functions with the type of their trigger; otherwise those of the slot that holds the version"),
  preserveVnet: z.boolean().default(true).describe("Keep the virtual network of each slot in a swap"),
  managementUrl: HttpUrl.default("https://management.azure.com").describe("Azure Resource Manager"),
  loginUrl: HttpUrl.default("https://login.microsoftonline.com").describe("Where the application signs in"),
  swapSeconds: z.number().min(1).max(3600).default(300).describe("How long a swap may take"),
  settleSeconds: z
    .number()
    .min(0)
    .max(600)
    .default(60)
    .describe("How long to watch when it is uncertain whether a swap was asked for"),
  lookEveryMs: z.number().int().min(10).max(60_000).default(2000).describe("Pause between the first looks"),
  timeoutMs: z.number().int().min(50).max(120_000).default(20_000).describe("For each call"),
});
export type Settings = z.output<typeof Settings>;

const Held = z.string().nullable();

export const Wanted = z.strictObject({
  deployment: z.string().describe("The deployment (or package) that production shall run"),
});
export type Wanted = z.output<typeof Wanted>;

export const Swap = Wanted.extend({
  slot: z.string().describe("The slot that holds it"),
  from: Held.describe("What production runs before; anything else is drift, and nothing is sent"),
});
export type Swap = z.output<typeof Swap>;

export const Triggers = z.strictObject({
  functions: z.record(z.string(), z.string()).describe("Each function with the type of its trigger"),
});
export type Triggers = z.output<typeof Triggers>;

const Keys = z.array(z.string());
export const Content = z.strictObject({ revision: z.string(), sha256: z.string() });
export type Content = z.output<typeof Content>;
export const AppSettings = Content.extend({
  keys: z.strictObject({ added: Keys, changed: Keys, removed: Keys }),
  plain: z.record(z.string(), z.strictObject({ from: Held, to: Held })),
});
export type AppSettings = z.output<typeof AppSettings>;
export const Bindings = Content.extend({ functions: Keys.describe("Functions whose bindings differ") });
export type Bindings = z.output<typeof Bindings>;

/** A stored configuration revision: `<revision>.json`. */
export const Revision = z.strictObject({
  settings: z.record(Key, z.string()).describe("Every app setting with its value"),
  bindings: z
    .record(FunctionName, z.looseObject({ bindings: z.array(z.record(z.string(), Json)) }))
    .default({})
    .describe("The configuration (function.json) of each function"),
});
export type Revision = z.output<typeof Revision>;

export const Nothing = z.strictObject({});
export type Nothing = z.output<typeof Nothing>;
