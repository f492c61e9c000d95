import type { Actor } from "#lib/domain/actor.ts";
import { streamName } from "#lib/domain/event.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { loadIncident } from "#lib/queries/incident/load.ts";
import { loadRollback } from "#lib/queries/rollback/load.ts";

export type StreamKind = "rollback" | "incident";

/** The name of the stream of a rollback or an incident that this actor may read. Throws NOT_FOUND, FORBIDDEN, UNAUTHENTICATED. */
export async function readableStream(actor: Actor, kind: StreamKind, idOrNumber: string): Promise<string> {
  const load = kind === "rollback" ? loadRollback : loadIncident;
  const { found, subject } = await load(db(), idOrNumber);
  await assertMayRead(actor, `${kind}.read`, found.service.system);
  return streamName(subject);
}
