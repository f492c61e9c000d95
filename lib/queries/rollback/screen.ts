import type { Actor } from "#lib/domain/actor.ts";
import type { IncidentView, RollbackView } from "#lib/domain/view.ts";
import type { Objective } from "#lib/domain/playbook.ts";
import { db } from "#lib/platform/db/client.ts";
import { newestEvents } from "#lib/queries/event/newest.ts";
import { getIncident } from "#lib/queries/incident/get.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";

export type RollbackScreenData = {
  rollback: RollbackView;
  incident: IncidentView | null;
  history: Awaited<ReturnType<typeof newestEvents>>;
  objectives: readonly Objective[];
};

/** Everything that the screen of a rollback begins with. Throws NOT_FOUND. */
export async function rollbackScreen(actor: Actor, idOrNumber: string): Promise<RollbackScreenData> {
  const rollback = await getRollback(actor, idOrNumber);
  const { id, version } = rollback.playbook;
  const [incident, history, playbook] = await Promise.all([
    rollback.incident === null ? null : getIncident(actor, rollback.incident),
    newestEvents(`rollback:${rollback.id}`),
    playbookAt(db(), id, version),
  ]);
  return { rollback, incident, history, objectives: playbook.objectives };
}
