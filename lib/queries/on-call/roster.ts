import type { UserActor } from "#lib/domain/actor.ts";
import { covers } from "#lib/domain/role.ts";
import type { PersonRef } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { shiftView, type ShiftView } from "#lib/queries/on-call/shift-view.ts";
import { listSystems } from "#lib/queries/service/systems.ts";
import { colleagues } from "#lib/queries/user/colleagues.ts";

export type Roster = {
  /** "*": for every system. */
  system: string;
  /** Who is on call now, for every system included, and the next to begin. */
  now: ShiftView[];
  next: ShiftView | null;
  /** This lane's shifts of the days to come, the earliest first. */
  shifts: ShiftView[];
  mayAssign: boolean;
  /** Whom the reader may put on call here. */
  people: PersonRef[];
};

/** Who is on call, now and in the days to come, for each system that the reader may see. */
export async function onCallRoster(
  actor: UserActor,
  days: number,
): Promise<{ from: string; rosters: Roster[] }> {
  const readable = await readableSystems(actor, "on-call.read");
  const now = new Date();
  const until = new Date(now.getTime() + days * 24 * 3_600_000);
  const [systems, reaches, rows] = await Promise.all([
    listSystems(actor),
    colleagues(actor),
    db().onCallShift.findMany({
      where: {
        revokedAt: null,
        endsAt: { gt: now },
        startsAt: { lt: until },
        ...(readable === "*" ? {} : { system: { in: ["*", ...readable] } }),
      },
      include: { user: true },
      orderBy: [{ startsAt: "asc" }, { id: "asc" }],
    }),
  ]);
  const begun = rows.filter((row) => row.startsAt <= now);
  const rosters = ["*", ...systems].map((system): Roster => {
    const own = rows.filter((row) => row.system === system);
    const reach = reaches.find((one) => one.system === system && covers(one.role, "release_manager"));
    const next = rows.find((row) => row.startsAt > now && (row.system === "*" || row.system === system));
    return {
      system,
      now: begun.filter((row) => row.system === "*" || row.system === system).map(shiftView),
      next: next ? shiftView(next) : null,
      shifts: own.map(shiftView),
      mayAssign: reach !== undefined,
      people: reach?.people ?? [],
    };
  });
  const isShown = (one: Roster): boolean => one.system !== "*" || one.mayAssign || one.shifts.length > 0;
  return { from: now.toISOString(), rosters: rosters.filter(isShown) };
}
