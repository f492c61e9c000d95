import type { IncidentSummary, RollbackView } from "#lib/domain/view.ts";
import type { Artifacts } from "#lib/domain/service.ts";

/** Everything the review of one plan shows, as plain data. */
export type ReviewData = {
  rollback: RollbackView;
  /** The reader's own id: telling somebody that they wrote the plan is not the same as that their role is too low. */
  me: string;
  incident:
    (IncidentSummary & { because: string | null; facts: { question: string; answer: string }[] }) | null;
  /** The two deployments, as the history knows them; null where it does not. */
  from: (Artifacts & { version: string; deployedAt: string }) | null;
  to: (Artifacts & { version: string; deployedAt: string; knownGoodReason: string | null }) | null;
  /** Versions between the two, the newest first. */
  between: string[];
};
