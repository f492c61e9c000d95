import { z } from "zod";
import { checkNames, checkPhase, checkTitle } from "#lib/adapters/check-operations.ts";
import { Comparison } from "#lib/adapters/comparison.ts";
import { HttpUrl } from "#lib/adapters/http-address.ts";

const Baseline = z.strictObject({
  secondsAgo: z
    .number()
    .int()
    .min(60)
    .max(31 * 86_400)
    .default(86_400)
    .describe("The same query as of then, series by series, is the baseline"),
  multiple: z.number().positive().max(1000).describe("The limit is so many times the baseline"),
  atLeast: z
    .number()
    .optional()
    .describe("The limit is never below this: a baseline of 0 allows nothing at all otherwise"),
});

export const Settings = z
  .strictObject({
    title: checkTitle("Prometheus check"),
    phase: checkPhase,
    as: checkNames("verify-error-rate", "verify-performance", "verify-health"),
    url: HttpUrl.describe("Address of Prometheus, or of what speaks its query API"),
    query: z
      .string()
      .trim()
      .min(1)
      .max(4000)
      .describe("PromQL; its value, or each of its values, is compared"),
    comparison: Comparison.default("<").describe("How each value must stand to the limit"),
    limit: z.number().optional().describe("What it is compared with, unless `baseline` says so"),
    baseline: Baseline.optional().describe("Compares with what the same query said earlier"),
    heldSeconds: z
      .number()
      .int()
      .min(0)
      .max(3600)
      .default(0)
      .describe(
        "For so long up to now it must have held without a gap; it must fit the time for verification",
      ),
    series: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(1)
      .describe("So many series must answer at least; fewer are unknown, not good"),
    user: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("Name for basic authentication, with the secret password"),
    timeoutMs: z.number().int().min(50).max(120_000).default(10_000).describe("For each question"),
  })
  .refine(({ limit, baseline }) => (limit === undefined) !== (baseline === undefined), {
    error: "Give either a limit or a baseline.",
    path: ["limit"],
  });
export type Settings = z.output<typeof Settings>;
