import type { Actor } from "#lib/domain/actor.ts";
import { Facts } from "#lib/domain/incident.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { IncidentView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import { lastSeq } from "#lib/queries/event/stream.ts";
import { followUpOf } from "#lib/queries/incident/follow-up.ts";
import { loadIncident } from "#lib/queries/incident/load.ts";
import { summariseIncident } from "#lib/queries/incident/summary.ts";
import { people } from "#lib/queries/people.ts";
import { iso, summariseAll } from "#lib/queries/rollback/summary.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";

/** An incident with its decision, rollbacks and updates, by id or number. Throws NOT_FOUND. */
export async function getIncident(actor: Actor, idOrNumber: string): Promise<IncidentView> {
  const systems = await readableSystems(actor, "incident.read");
  const { incident, found } = await loadIncident(db(), idOrNumber);
  requireReadable(systems, found.service.system, "incident");
  const [rollbacks, updates, seq] = await Promise.all([
    db().rollback.findMany({ where: { incidentId: incident.id }, orderBy: { number: "desc" } }),
    db().statusUpdate.findMany({ where: { incidentId: incident.id }, orderBy: { at: "desc" } }),
    lastSeq(`incident:${incident.id}`),
  ]);
  const person = await people([
    incident.commanderId,
    incident.communicationsId,
    incident.declaredById,
    ...updates.map((update) => update.byId),
  ]);
  const place = { name: found.service.name, protected: found.environment.protected };
  return {
    ...summariseIncident(incident, place, person),
    communications: incident.communicationsId ? person(incident.communicationsId) : null,
    facts: Facts.parse(incident.facts),
    decision: incident.decision as JsonObject | null,
    playbook: { id: incident.playbookId, version: incident.playbookVersion },
    acknowledgedAt: iso(incident.acknowledgedAt),
    decidedAt: iso(incident.decidedAt),
    recoveredAt: iso(incident.recoveredAt),
    reviewedAt: iso(incident.reviewedAt),
    declaredBy: person(incident.declaredById),
    rollbacks: await summariseAll(rollbacks),
    followUp: await followUpOf(
      rollbacks,
      actor.kind === "user" ? await roleIn(actor, found.service.system) : null,
    ),
    updates: updates.map((update) => ({
      id: update.id,
      state: update.state,
      text: update.text,
      public: update.public,
      by: person(update.byId).name,
      at: update.at.toISOString(),
    })),
    lastSeq: seq,
  };
}
