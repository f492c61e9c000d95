import type { Actor } from "#lib/domain/actor.ts";
import type { DutiesView } from "#lib/domain/duty-view.ts";
import type { IncidentView, RollbackView } from "#lib/domain/view.ts";
import { emergencyRecord } from "#lib/domain/emergency-record.ts";
import type { Objective, Playbook } from "#lib/domain/playbook.ts";
import { rollbackReport } from "#lib/domain/report.ts";
import { db } from "#lib/platform/db/client.ts";
import { allEvents } from "#lib/queries/event/all.ts";
import { dutiesOf } from "#lib/queries/duty/view.ts";
import { newestEvents } from "#lib/queries/event/newest.ts";
import { getIncident } from "#lib/queries/incident/get.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";

export type RollbackScreenData = {
  rollback: RollbackView;
  incident: IncidentView | null;
  history: Awaited<ReturnType<typeof newestEvents>>;
  objectives: readonly Objective[];
  duties: DutiesView;
  /** What the documentation of its emergency begins with, where the reader still has to write it. */
  record: string | null;
};

/** Everything that the screen of a rollback begins with. Throws NOT_FOUND. */
export async function rollbackScreen(actor: Actor, idOrNumber: string): Promise<RollbackScreenData> {
  const rollback = await getRollback(actor, idOrNumber);
  const { id, version } = rollback.playbook;
  const [incident, history, duties, playbook] = await Promise.all([
    rollback.incident === null ? null : getIncident(actor, rollback.incident),
    newestEvents(`rollback:${rollback.id}`),
    dutiesOf(actor, "rollback", rollback.id),
    playbookAt(db(), id, version),
  ]);
  const owes = rollback.debts.some((debt) => debt.kind === "documentation" && debt.mayComplete);
  const record = owes ? await recordOf(rollback, incident, playbook) : null;
  return { rollback, incident, history, objectives: playbook.objectives, duties, record };
}

async function recordOf(
  rollback: RollbackView,
  incident: IncidentView | null,
  playbook: Playbook,
): Promise<string> {
  const events = await allEvents(`rollback:${rollback.id}`);
  return emergencyRecord(rollbackReport({ rollback, incident, events, playbook }), events);
}
