import type { Actor } from "#lib/domain/actor.ts";
import { activeRollbackStates, type RollbackState } from "#lib/domain/rollback.ts";
import type { RollbackSummary } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { decodeCursor, integerCursor, paged, take, type Page, type Paged } from "#lib/queries/page.ts";
import { people } from "#lib/queries/people.ts";
import { places, summarise } from "#lib/queries/rollback/summary.ts";
import { readableServiceIds } from "#lib/queries/service/readable-ids.ts";

export type RollbackFilter = Page & {
  /** Those that move it, alone or together with others. */
  service?: string | undefined;
  environment?: string | undefined;
  incident?: string | undefined;
  state?: RollbackState | undefined;
  active?: boolean | undefined;
};

/** Rollbacks that the actor may read, newest first. */
export async function listRollbacks(actor: Actor, filter: RollbackFilter): Promise<Paged<RollbackSummary>> {
  const ids = await readableServiceIds(await readableSystems(actor, "rollback.read"));
  const before = decodeCursor(filter.cursor, integerCursor);
  const rows = await db().rollback.findMany({
    where: {
      ...(ids ? { serviceId: { in: ids } } : {}),
      ...(filter.service ? { AND: { OR: movesService(filter.service) } } : {}),
      ...(filter.environment ? { environment: filter.environment } : {}),
      ...(filter.incident ? { incidentId: filter.incident } : {}),
      ...(filter.state ? { state: filter.state } : {}),
      ...(filter.active ? { state: { in: [...activeRollbackStates] } } : {}),
      ...(before === undefined ? {} : { number: { lt: before } }),
    },
    orderBy: { number: "desc" },
    take: take(filter),
  });
  const place = await places(rows);
  const person = await people(rows.map((row) => row.initiatorId));
  return paged(
    rows,
    filter,
    (row) => String(row.number),
    (row) => summarise(row, place(row), person),
  );
}

function movesService(service: string) {
  return [{ serviceId: service }, { members: { some: { serviceId: service } } }];
}
