import type { Actor } from "#lib/domain/actor.ts";
import { rollbackReport, type RollbackReport } from "#lib/domain/report.ts";
import { db } from "#lib/platform/db/client.ts";
import { allEvents } from "#lib/queries/event/all.ts";
import { getIncident } from "#lib/queries/incident/get.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";

/** The report of a rollback, drafted from its row and its events. Throws NOT_FOUND. */
export async function getRollbackReport(actor: Actor, idOrNumber: string): Promise<RollbackReport> {
  const rollback = await getRollback(actor, idOrNumber);
  const { id, version } = rollback.playbook;
  const [incident, events, playbook] = await Promise.all([
    rollback.incident === null ? null : getIncident(actor, rollback.incident),
    allEvents(`rollback:${rollback.id}`),
    playbookAt(db(), id, version),
  ]);
  return rollbackReport({ rollback, incident, events, playbook });
}
