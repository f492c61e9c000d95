import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { HttpUrl, UrlPath } from "#lib/adapters/http-address.ts";
import { JsonValue } from "#lib/adapters/json-value.ts";

const Name = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._~:-]*$/,
    "A name is letters, digits, dots, hyphens, tildes, colons, underscores.",
  )
  .refine((text) => !text.includes(".."));

const Unleash = z.strictObject({
  kind: z.literal("unleash"),
  url: HttpUrl.describe("Base address of Unleash"),
  project: Name.default("default"),
  environment: Name.describe("The environment of Unleash, such as production"),
});
export type Unleash = z.output<typeof Unleash>;

const Http = z.strictObject({
  kind: z.literal("http"),
  url: HttpUrl.describe("Base address of the API"),
  path: UrlPath.default("/api/v1/features/{flag}").describe(
    "GET reads the flag there, and it is written there",
  ),
  method: z.enum(["PATCH", "PUT", "POST"]).default("PATCH").describe("Sets the flag, not toggles it"),
  valuePath: z.string().max(200).default("enabled").describe("JSON path of the value in what GET answers"),
  onValue: JsonValue.default(true).describe("What stands there while the flag is on"),
  offValue: JsonValue.default(false).describe("What stands there while it is off"),
  onBody: JsonValue.default({ enabled: true }).describe("What is sent to turn it on"),
  offBody: JsonValue.default({ enabled: false }).describe("What is sent to turn it off"),
  probePath: UrlPath.optional().describe(
    "GET: the feature itself, such as /api/v1/{flag}; while it is off it answers 404 or that it is disabled",
  ),
});
export type Http = z.output<typeof Http>;

const File = z.strictObject({
  kind: z.literal("file"),
  path: AbsolutePath.describe("A JSON file on the worker's machine"),
  format: z
    .enum(["flagd", "plain"])
    .default("flagd")
    .describe(
      "flagd: the state of each entry of `flags` is ENABLED or DISABLED; plain: each name is true or false",
    ),
});
export type File = z.output<typeof File>;

export const Flag = z.strictObject({ name: Name, enabled: z.boolean() });
export type Flag = z.output<typeof Flag>;

export const Settings = z.strictObject({
  provider: z
    .discriminatedUnion("kind", [Unleash, Http, File])
    .describe(
      "Who keeps the flags. unleash: `url`, `project`, `environment`. http: any API that reads and sets a flag, `url`, `path`, `method`, `valuePath`, `onValue`, `offValue`, `onBody`, `offBody`, `probePath`. file: `path`, `format` flagd or plain",
    ),
  flags: z
    .array(Flag)
    .min(1)
    .max(50)
    .refine(
      (flags) => new Set(flags.map(({ name }) => name)).size === flags.length,
      "A flag stands there twice.",
    )
    .describe("The state that is wanted once rolled back, flag by flag"),
  settleSeconds: z
    .number()
    .min(0)
    .max(600)
    .default(20)
    .describe("How long those who ask for a flag may still be told of its former state"),
  timeoutMs: z.number().int().min(50).max(120_000).default(5000).describe("For each call"),
});
export type Settings = z.output<typeof Settings>;

export const Flags = z.strictObject({ flags: z.array(Flag).describe("The state that is wanted") });
export type Flags = z.output<typeof Flags>;
