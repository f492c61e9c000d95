import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { checkNames, checkPhase, checkTitle } from "#lib/adapters/check-operations.ts";
import { HttpUrl } from "#lib/adapters/http-address.ts";

const Pattern = z
  .string()
  .min(1)
  .max(300)
  .refine((text) => isRegExp(text), "This is not a regular expression.");

const Loki = z.strictObject({
  url: HttpUrl.describe("Address of Loki"),
  selector: z
    .string()
    .max(1000)
    .regex(/^\{[^{}]+\}$/, 'Write a stream selector, such as {app="shop"}.')
    .describe("Whose lines are counted"),
  tenant: z
    .string()
    .regex(/^[A-Za-z0-9!._*'()-]{1,150}$/)
    .optional()
    .describe("Sent as X-Scope-OrgID"),
});

export const Settings = z
  .strictObject({
    title: checkTitle("Log check"),
    phase: checkPhase,
    as: checkNames("verify-error-rate"),
    path: AbsolutePath.optional().describe(
      "A log file of the worker's machine. Files beside it with the same beginning of their name are taken for its older parts",
    ),
    loki: Loki.optional().describe("Loki, in place of a file"),
    pattern: Pattern.describe(
      "A regular expression (of Loki, where that is asked); of each line the first 4096 characters are looked at",
    ),
    ignoreCase: z.boolean().default(false),
    windowSeconds: z
      .number()
      .int()
      .min(1)
      .max(3600)
      .default(60)
      .describe("The lines of so long a time up to now count; it must fit the time for verification"),
    most: z.number().int().min(0).max(1_000_000).default(0).describe("So many lines may match at most"),
    minLines: z
      .number()
      .int()
      .min(0)
      .max(1_000_000)
      .default(1)
      .describe("So many lines must have come at all: a silent log is unknown, not good"),
    utcOffset: z
      .string()
      .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/, "Write an offset such as +01:00.")
      .default("+00:00")
      .describe("Of times that tell no zone"),
    maxMegabytes: z
      .number()
      .int()
      .min(1)
      .max(256)
      .default(32)
      .describe("So much of a file's end is read at most"),
    timeoutMs: z.number().int().min(50).max(120_000).default(20_000).describe("For all of it"),
  })
  .refine(({ path, loki }) => (path === undefined) !== (loki === undefined), {
    error: "Give either a path or Loki.",
    path: ["path"],
  });
export type Settings = z.output<typeof Settings>;

function isRegExp(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
