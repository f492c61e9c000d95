import type { Actor } from "#lib/domain/actor.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";
import type { Objective } from "#lib/domain/playbook.ts";
import type { IncidentView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { newestEvents } from "#lib/queries/event/newest.ts";
import { getIncident } from "#lib/queries/incident/get.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";

export type IncidentScreenData = {
  incident: IncidentView;
  history: Awaited<ReturnType<typeof newestEvents>>;
  objectives: readonly Objective[];
  facts: readonly FactDefinition[];
};

/** Everything that the screen of an incident begins with. Throws NOT_FOUND. */
export async function incidentScreen(actor: Actor, idOrNumber: string): Promise<IncidentScreenData> {
  const incident = await getIncident(actor, idOrNumber);
  const { id, version } = incident.playbook;
  const [history, playbook] = await Promise.all([
    newestEvents(`incident:${incident.id}`),
    playbookAt(db(), id, version),
  ]);
  return { incident, history, objectives: playbook.objectives, facts: playbook.facts };
}
