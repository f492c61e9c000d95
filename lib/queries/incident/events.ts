import type { Actor } from "#lib/domain/actor.ts";
import type { EventsView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import { streamEvents } from "#lib/queries/event/stream.ts";
import { loadIncident } from "#lib/queries/incident/load.ts";

/** The timeline of an incident after a sequence number, its rollbacks' events included. Throws NOT_FOUND. */
export async function incidentEvents(
  actor: Actor,
  id: string,
  after: number,
  limit?: number,
): Promise<EventsView> {
  const systems = await readableSystems(actor, "incident.read");
  const { incident, found } = await loadIncident(db(), id);
  requireReadable(systems, found.service.system, "incident");
  return streamEvents(`incident:${incident.id}`, after, limit);
}
