import { z } from "zod";
import { Severity, Verdict } from "#lib/domain/incident.ts";

/** What step 2 needs of a decision as the incident keeps it; the rest is the incident page's. */
const RecordedDecision = z.looseObject({
  verdict: Verdict,
  severity: Severity,
  deadline: z.string().nullable(),
  rules: z.array(z.looseObject({ id: z.string(), because: z.string() })),
  procedures: z.array(z.looseObject({ id: z.string() })),
  override: Verdict.nullish(),
  reason: z.string().nullish(),
});
export type RecordedDecision = z.infer<typeof RecordedDecision>;

/** The decision on record; null where nothing was decided yet. */
export function recordedDecision(decision: unknown): RecordedDecision | null {
  return RecordedDecision.safeParse(decision).data ?? null;
}

/** What a rollback's reason might say: why it was overridden, or the row that decided. */
export function suggestedReason(decision: RecordedDecision | null): string {
  if (decision === null) return "";
  return decision.override ? (decision.reason ?? "") : (decision.rules[0]?.because ?? "");
}
