import { z } from "zod";
import { Severity, Verdict } from "#lib/domain/incident.ts";

/** What somebody typed about a situation and has not declared yet. */
export const SituationDraft = z.object({
  /** When the form was opened: the moment of detection unless another is given, so that the clock does not move. */
  openedAt: z.string().nullable(),
  title: z.string().nullable(),
  detectedAt: z.string().nullable(),
  /** By fact, as typed; empty: a person says that it is not known. */
  answers: z.record(z.string(), z.string()),
  isOverriding: z.boolean(),
  override: Verdict.nullable(),
  severity: Severity.nullable().default(null),
  overrideReason: z.string(),
  /** The key that goes with the next press, and what was sent with it where no answer came. */
  sent: z.object({ key: z.string(), input: z.string().nullable() }).nullable(),
  declared: z.object({ number: z.string(), at: z.string() }).nullable(),
});
export type SituationDraft = z.infer<typeof SituationDraft>;

export const emptySituation: SituationDraft = {
  openedAt: null,
  title: null,
  detectedAt: null,
  answers: {},
  isOverriding: false,
  override: null,
  severity: null,
  overrideReason: "",
  sent: null,
  declared: null,
};

/** How long a finished declaration is remembered for those who come back to it. */
const rememberedMs = 3_600_000;

/** The incident that this form has already become; null where it may become one. `now` in milliseconds. */
export function declaredFrom(draft: SituationDraft, now: number): string | null {
  if (draft.declared === null) return null;
  return now - Date.parse(draft.declared.at) < rememberedMs ? draft.declared.number : null;
}
