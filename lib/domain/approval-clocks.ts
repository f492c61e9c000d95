type Waits = { askNextMinutes: number | null; emergencyOfferMinutes: number | null };
/** Shorter waits than the playbooks', in seconds, for tests and drills. */
type Limits = { askNextSeconds: number | undefined; emergencyOfferSeconds: number | undefined };
export type AskingClocks = { nextAt: Date | null; offerAt: Date | null };

/** When the next ones are asked, and when the emergency is offered, after a submission; null: never. */
export function askingClocks(submittedAt: Date, waits: Waits, limits: Limits): AskingClocks {
  const after = (minutes: number | null, seconds: number | undefined): Date | null => {
    if (minutes === null) return null;
    const wait = Math.min(minutes * 60, seconds ?? Number.POSITIVE_INFINITY);
    return new Date(submittedAt.getTime() + wait * 1000);
  };
  return {
    nextAt: after(waits.askNextMinutes, limits.askNextSeconds),
    offerAt: after(waits.emergencyOfferMinutes, limits.emergencyOfferSeconds),
  };
}

/**
 * How far the search for an approver is to go now: 2, everyone eligible is asked, or 3, the emergency is offered; null
 * where the present level still holds. Level 1 is the first circle, asked at the submission.
 */
export function dueLevel(level: number, { nextAt, offerAt }: AskingClocks, now: Date): 2 | 3 | null {
  if (level < 3 && offerAt !== null && offerAt <= now) return 3;
  if (level < 2 && nextAt !== null && nextAt <= now) return 2;
  return null;
}
