import { restoreMoved } from "#lib/commands/rollback/restore-moved.ts";
import { eventOf, type Execution } from "#lib/commands/step/execution.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { planSteps } from "#lib/domain/plan.ts";
import { isSettled } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** Ends an execution that was aborted: cancelled when nothing was changed, partial when something was. */
export async function endAborted(
  tx: Tx,
  execution: Execution,
  reason: string,
  now: Date,
): Promise<[NewEvent, ...NewEvent[]]> {
  const { rollback, state: from } = execution.loaded;
  const effects = await tx.event.count({
    where: { subjectKind: "rollback", subjectId: rollback.id, type: "step.intended" },
  });
  const outcome = effects === 0 ? "cancelled" : "partial";
  const restored = effects === 0 ? [] : await restoreMoved(tx, { ...execution, rollback }, now);
  await tx.rollback.update({
    where: { id: rollback.id },
    data: { state: outcome, control: null, controlReason: null, outcome, endedAt: now },
  });
  if (rollback.incidentId) {
    await tx.incident.updateMany({
      where: { id: rollback.incidentId, state: "rolling_back" },
      data: { state: "deciding" },
    });
  }
  const steps = planSteps(execution.plan);
  const settled = steps.filter(({ key }) => isSettled(execution.rows.get(key)?.state ?? "pending"));
  const done = settled.map(({ key }) => key);
  const remaining = steps
    .filter((step) => !settled.includes(step))
    .map(({ key, title, command }) => ({ key, title, command }));
  const ended =
    outcome === "cancelled"
      ? eventOf(execution, "rollback.cancelled", { reason, from })
      : eventOf(execution, "rollback.finished", { outcome, reason, done, remaining });
  return [ended, ...restored];
}
