import { z } from "zod";
import { checkNames, checkPhase, checkTitle } from "#lib/adapters/check-operations.ts";
import { Comparison } from "#lib/adapters/comparison.ts";
import { postgresFields } from "#lib/adapters/postgres-connection.ts";

const Query = z.string().trim().min(1).max(8000);

const Baseline = z.strictObject({
  query: Query.describe("Gives the number that is compared with, in the same transaction"),
  multiple: z.number().positive().max(1000).default(1).describe("The limit is so many times that number"),
});

export const Settings = z
  .strictObject({
    title: checkTitle("SQL check"),
    phase: checkPhase,
    as: checkNames("check-integrity", "count-rows"),
    ...postgresFields,
    query: Query.describe("A SELECT; of each row the last column is compared, and the others name it"),
    comparison: Comparison.default("==").describe("How each value must stand to the limit"),
    limit: z.number().optional().describe("What it is compared with, unless `baseline` says so"),
    baseline: Baseline.optional().describe("Compares with what another query says"),
    rows: z.number().int().min(1).max(1000).default(1).describe("So many rows must come at least"),
    timeoutMs: z
      .number()
      .int()
      .min(50)
      .max(300_000)
      .default(10_000)
      .describe("For the connection, and for each query"),
  })
  .refine(({ limit, baseline }) => (limit === undefined) !== (baseline === undefined), {
    error: "Give either a limit or a baseline.",
    path: ["limit"],
  });
export type Settings = z.output<typeof Settings>;
