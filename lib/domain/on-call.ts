import { z } from "zod";
import { GrantSystem, UserReference } from "#lib/domain/user.ts";

const day = 24 * 3_600_000;
export const longestShiftDays = 31;
/** A form names minutes, so "now" may be up to this long ago when it arrives. Milliseconds. */
const graceMs = 60_000;

export const AssignOnCall = z.strictObject({
  user: UserReference,
  system: GrantSystem.default("*"),
  /** Left out: from now on. */
  startsAt: z.iso.datetime({ offset: true }).optional(),
  endsAt: z.iso.datetime({ offset: true }),
});
export const RevokeOnCall = z.strictObject({ shift: z.string().min(1).max(64) });

type Span = { startsAt: Date; endsAt: Date };
type SpanFault = { path: "startsAt" | "endsAt"; message: string };

/** When a shift begins and ends, or what is wrong with that: it is not in the past and at most 31 days long. */
export function shiftSpan(
  asked: { startsAt?: string | undefined; endsAt: string },
  now: Date,
): { ok: true; span: Span } | { ok: false; fault: SpanFault } {
  const wanted = asked.startsAt === undefined ? now : new Date(asked.startsAt);
  const startsAt = wanted < now && now.getTime() - wanted.getTime() <= graceMs ? now : wanted;
  const endsAt = new Date(asked.endsAt);
  if (startsAt < now) return fault("startsAt", "A shift does not begin in the past.");
  if (endsAt <= startsAt) return fault("endsAt", "A shift ends after it begins.");
  if (endsAt.getTime() - startsAt.getTime() > longestShiftDays * day)
    return fault("endsAt", `A shift is at most ${longestShiftDays} days long.`);
  return { ok: true, span: { startsAt, endsAt } };
}

function fault(path: SpanFault["path"], message: string): { ok: false; fault: SpanFault } {
  return { ok: false, fault: { path, message } };
}
