import { z } from "zod";
import { Verdict } from "#lib/domain/incident.ts";
import type { JsonObject } from "#lib/domain/json.ts";

const Rule = z.object({ id: z.string(), because: z.string().catch(""), source: z.string().catch("") });
const Stored = z.object({
  verdict: Verdict,
  deadline: z.string().nullable().catch(null),
  rules: z.array(Rule).catch([]),
  outranked: z.array(Rule).catch([]),
  explanation: z.string().nullable().catch(null),
  missing: z.array(z.string()).catch([]),
  override: Verdict.nullable().catch(null),
  reason: z.string().nullable().catch(null),
});
export type StoredDecision = z.infer<typeof Stored>;

/** The decision as it was stored with the incident; null while there is none, or where its form is not known. */
export function readDecision(decision: JsonObject | null): StoredDecision | null {
  const read = Stored.safeParse(decision);
  return read.success ? read.data : null;
}
