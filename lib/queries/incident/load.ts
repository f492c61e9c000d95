import { Refusal } from "#lib/domain/errors.ts";
import type { Subject } from "#lib/domain/event.ts";
import { IncidentState } from "#lib/domain/incident.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { Incident } from "#prisma/client.ts";
import { loadPlace, type ServicePlace } from "#lib/queries/service/load-place.ts";

export type LoadedIncident = {
  incident: Incident;
  state: IncidentState;
  found: ServicePlace;
  subject: Subject;
};

/** Reads an incident by id or by number (`INC-12`) and holds its row until the transaction ends. Throws NOT_FOUND. */
export async function lockIncident(tx: Tx, idOrNumber: string): Promise<LoadedIncident> {
  const loaded = await loadIncident(tx, idOrNumber);
  await tx.$queryRaw`SELECT id FROM incident WHERE id = ${loaded.incident.id} FOR UPDATE`;
  return loadIncident(tx, loaded.incident.id);
}

export async function loadIncident(tx: Tx, idOrNumber: string): Promise<LoadedIncident> {
  const number = /^INC-(\d{1,9})$/.exec(idOrNumber)?.[1];
  const incident = await tx.incident.findFirst({
    where: number === undefined ? { id: idOrNumber } : { number: Number(number) },
  });
  if (!incident) throw new Refusal("NOT_FOUND", "There is no incident with this id.");
  const found = await loadPlace(tx, incident.serviceId, incident.environment);
  return {
    incident,
    state: IncidentState.parse(incident.state),
    found,
    subject: { kind: "incident", id: incident.id },
  };
}
