import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems, type ReadableSystems } from "#lib/queries/authority/readable-systems.ts";
import { decodeCursor, paged, take, type Page, type Paged } from "#lib/queries/page.ts";
import { shiftView, type ShiftView } from "#lib/queries/on-call/shift-view.ts";

export type ShiftFilter = Page & {
  system?: string | undefined;
  /** Those who are on call at this moment; else every shift that is not over. */
  at?: Date | undefined;
};

/** Shifts that stand, of the systems that the actor may read and of all systems at once, the earliest first. */
export async function listShifts(actor: Actor, filter: ShiftFilter = {}): Promise<Paged<ShiftView>> {
  const systems = await readableSystems(actor, "on-call.read");
  const after = decodeCursor(filter.cursor, readCursor);
  const { at, system } = filter;
  const rows = await db().onCallShift.findMany({
    where: {
      revokedAt: null,
      ...systemsOf(systems),
      ...(system === undefined ? {} : { AND: { system: { in: ["*", system] } } }),
      ...(at === undefined ? { endsAt: { gt: new Date() } } : { startsAt: { lte: at }, endsAt: { gt: at } }),
      ...(after === undefined
        ? {}
        : { OR: [{ startsAt: { gt: after.at } }, { startsAt: after.at, id: { gt: after.id } }] }),
    },
    include: { user: true },
    orderBy: [{ startsAt: "asc" }, { id: "asc" }],
    take: take(filter),
  });
  return paged(rows, filter, (row) => `${row.startsAt.toISOString()} ${row.id}`, shiftView);
}

function systemsOf(systems: ReadableSystems): { system?: { in: string[] } } {
  return systems === "*" ? {} : { system: { in: ["*", ...systems] } };
}

function readCursor(text: string): { at: Date; id: string } | null {
  const [time = "", id = ""] = text.split(" ");
  const at = new Date(time);
  return Number.isNaN(at.getTime()) || id === "" ? null : { at, id };
}
