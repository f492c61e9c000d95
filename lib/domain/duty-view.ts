import type { Duty, Vacancy } from "#lib/domain/duty.ts";
import type { PersonRef } from "#lib/domain/view.ts";

/** A duty of an incident or a rollback: one person at a time. */
export type DutyView = {
  duty: Duty;
  holder: PersonRef | null;
  /** Why it can be had at once; null: whoever holds it is there to be asked. */
  vacant: Vacancy | null;
  /** Nobody has answered yet. An offer lapses at its time; what was asked for takes effect. */
  request: { to: PersonRef; isOffer: boolean; takesEffectAt: string; reason: string | null } | null;
  /** What the reader may do about it: a comfort for screens, each command decides again. */
  may: { take: boolean; offer: boolean; answer: boolean; withdraw: boolean };
};
export type DutiesView = {
  duties: DutyView[];
  /** Who looks at it now. */
  present: PersonRef[];
  /** Whom the reader may hand a duty of theirs over to. */
  candidates: { id: string; name: string }[];
};
