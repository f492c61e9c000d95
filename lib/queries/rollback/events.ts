import type { Actor } from "#lib/domain/actor.ts";
import type { EventsView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import { streamEvents } from "#lib/queries/event/stream.ts";
import { loadRollback } from "#lib/queries/rollback/load.ts";

/** The events of a rollback after a sequence number, in order and without gaps. Throws NOT_FOUND. */
export async function rollbackEvents(
  actor: Actor,
  id: string,
  after: number,
  limit?: number,
): Promise<EventsView> {
  const systems = await readableSystems(actor, "rollback.read");
  const { rollback, found } = await loadRollback(db(), id);
  requireReadable(systems, found.service.system, "rollback");
  return streamEvents(`rollback:${rollback.id}`, after, limit);
}
