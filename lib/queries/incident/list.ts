import type { Actor } from "#lib/domain/actor.ts";
import type { IncidentState } from "#lib/domain/incident.ts";
import type { IncidentSummary } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { summariseIncident } from "#lib/queries/incident/summary.ts";
import { decodeCursor, integerCursor, paged, take, type Page, type Paged } from "#lib/queries/page.ts";
import { people } from "#lib/queries/people.ts";
import { places } from "#lib/queries/rollback/summary.ts";
import { readableServiceIds } from "#lib/queries/service/readable-ids.ts";

export type IncidentFilter = Page & {
  service?: string | undefined;
  environment?: string | undefined;
  state?: IncidentState | undefined;
  active?: boolean | undefined;
};

/** Incidents that the actor may read, newest first. */
export async function listIncidents(actor: Actor, filter: IncidentFilter): Promise<Paged<IncidentSummary>> {
  const ids = await readableServiceIds(await readableSystems(actor, "incident.read"));
  const before = decodeCursor(filter.cursor, integerCursor);
  const rows = await db().incident.findMany({
    where: {
      ...(ids ? { serviceId: { in: ids } } : {}),
      ...(filter.service ? { AND: { serviceId: filter.service } } : {}),
      ...(filter.environment ? { environment: filter.environment } : {}),
      ...(filter.state ? { state: filter.state } : {}),
      ...(filter.active ? { state: { notIn: ["resolved", "reviewed"] } } : {}),
      ...(before === undefined ? {} : { number: { lt: before } }),
    },
    orderBy: { number: "desc" },
    take: take(filter),
  });
  const place = await places(rows);
  const person = await people(rows.map((row) => row.commanderId));
  return paged(
    rows,
    filter,
    (row) => String(row.number),
    (row) => summariseIncident(row, place(row), person),
  );
}
