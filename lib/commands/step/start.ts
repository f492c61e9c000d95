import { eventOf, type Execution, type PlannedStep } from "#lib/commands/step/execution.ts";
import type { StepColumns, StepWrite } from "#lib/commands/step/write-step.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import type { RollbackState } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** What makes a step the current one. The first of the verification phase opens its own limit. */
export async function startStep(
  tx: Tx,
  execution: Execution,
  step: PlannedStep,
  now: Date,
): Promise<{ state: RollbackState; events: [NewEvent, ...NewEvent[]]; write: StepWrite }> {
  const { rollback, state } = execution.loaded;
  const row = execution.rows.get(step.key);
  // An execution that takes over goes on within the step's limit; a person who tries again opens it anew.
  const isGoingOn = row?.startedAt && (row.state === "running" || row.state === "waiting_retry");
  const columns: StepColumns = {
    state: "running",
    ...(isGoingOn ? {} : { startedAt: now }),
    endedAt: null,
    nextRetryAt: null,
  };
  const write = { key: step.key, columns };
  const started = eventOf(execution, "step.started", {
    key: step.key,
    title: step.title,
    attempt: row?.attempts ?? 0,
    phase: step.phase,
    limitSeconds: step.limitSeconds,
  });
  const isHealth = step.phase === "verification" || step.phase === "completion";
  if (!isHealth || rollback.healthDeadlineAt) return { state, events: [started], write };
  const healthDeadlineAt = new Date(now.getTime() + execution.plan.limits.healthSeconds * 1000);
  await tx.rollback.update({ where: { id: rollback.id }, data: { state: "verifying", healthDeadlineAt } });
  const verifying = eventOf(execution, "rollback.verifying", { until: healthDeadlineAt.toISOString() });
  return { state: "verifying", events: [verifying, started], write };
}
