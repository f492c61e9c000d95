import { z } from "zod";
import { checkNames, checkPhase, checkTitle } from "#lib/adapters/check-operations.ts";
import { HttpUrl } from "#lib/adapters/http-address.ts";
import { JsonValue } from "#lib/adapters/json-value.ts";

const HeaderName = z
  .string()
  .regex(
    /^(?!(?:host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|authorization|cookie)$)[a-z0-9-]{1,64}$/,
    "Write a header's name in lower case; secrets and connection headers are not set here.",
  );

const JsonExpectation = z.strictObject({
  path: z.string().min(1).max(200).describe("Such as data.items[0].version"),
  equals: JsonValue.optional().describe("What must stand there"),
  equalsVersion: z.literal(true).optional().describe("The version that is rolled back to must stand there"),
});

export const Settings = z.strictObject({
  title: checkTitle("HTTP check"),
  phase: checkPhase,
  as: checkNames("verify-health", "verify-version", "verify-performance", "verify-core"),
  url: HttpUrl,
  method: z.enum(["GET", "POST"]).default("GET"),
  headers: z
    .record(
      HeaderName,
      z
        .string()
        .max(1000)
        .regex(/^[\x20-\x7e]*$/),
    )
    .default({})
    .describe("Headers that are no secrets"),
  body: JsonValue.optional().describe("For POST: a text as it is, anything else as JSON"),
  status: z
    .array(z.number().int().min(100).max(599))
    .min(1)
    .max(20)
    .optional()
    .describe("Statuses that are good; any 2xx unless given"),
  bodyContains: z.string().min(1).max(1000).optional().describe("A text that the answer must hold"),
  json: z.array(JsonExpectation).max(20).default([]).describe("What the answer must hold as JSON"),
  maxMilliseconds: z.number().int().min(1).max(120_000).optional().describe("No answer may take longer"),
  count: z.number().int().min(1).max(100).default(1).describe("How many answers in a row must be good"),
  timeoutMs: z.number().int().min(50).max(120_000).default(5000).describe("For each request"),
});
export type Settings = z.output<typeof Settings>;
