import type { Actor } from "#lib/domain/actor.ts";
import { postMortem, type PostMortem } from "#lib/domain/report-post-mortem.ts";
import { db } from "#lib/platform/db/client.ts";
import { allEvents } from "#lib/queries/event/all.ts";
import { getIncident } from "#lib/queries/incident/get.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { getRollbackReport } from "#lib/queries/rollback/report.ts";

/** The post-mortem of an incident, drafted from its row, its rollbacks and its events. Throws NOT_FOUND. */
export async function getPostMortem(actor: Actor, idOrNumber: string): Promise<PostMortem> {
  const incident = await getIncident(actor, idOrNumber);
  const { id, version } = incident.playbook;
  const rollbacks = incident.rollbacks.toReversed();
  const [events, playbook, reports] = await Promise.all([
    allEvents(`incident:${incident.id}`),
    playbookAt(db(), id, version),
    Promise.all(rollbacks.map((rollback) => getRollbackReport(actor, rollback.id))),
  ]);
  return postMortem({ incident, rollbacks: reports, events, playbook });
}
