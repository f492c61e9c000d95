import type { NewEvent, Subject } from "#lib/domain/event.ts";
import { PlanBody } from "#lib/domain/plan.ts";
import { releasing, releasesNeeded, releaseSteps, type ReleaseStep } from "#lib/domain/release.ts";
import type { StepState } from "#lib/domain/rollback.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import { stepsAskedFor } from "#lib/queries/rollback/steps-asked-for.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { Rollback } from "#prisma/client.ts";

type Ending = {
  rollback: Rollback;
  subject: Subject;
  also: readonly Subject[];
  rows: ReadonlyMap<string, { state: StepState; attempts: number }>;
  reason: string;
  /** Who wanted the end; null: Lastgood itself. The effects rest on this person's role. */
  by: string | null;
};

/**
 * Where an abort would leave something shut, has a worker open it before the rollback ends: steps of their own, with a
 * fresh limit. Null where there is nothing to open.
 */
export async function beginRelease(tx: Tx, ending: Ending, now: Date): Promise<NewEvent[] | null> {
  const { rollback, subject, also, rows, reason, by } = ending;
  const plan = PlanBody.safeParse(JSON.parse(rollback.plan ?? "null"));
  if (!plan.success || releaseSteps(plan.data).length === 0) return null;
  const askedFor = await stepsAskedFor(tx, rollback.id);
  const acted = [...rows].map(([key, row]) => [key, { ...row, isAskedFor: askedFor.has(key) }] as const);
  const needed = releasesNeeded(plan.data, new Map(acted));
  if (needed.length === 0) return null;
  await tx.step.createMany({
    data: needed.map((step, index) => ({
      rollbackId: rollback.id,
      key: step.key,
      position: rows.size + index,
      phase: "execution",
      state: "pending",
      releasedAt: now,
      releasedBy: by,
    })),
  });
  await tx.rollback.update({
    where: { id: rollback.id },
    data: {
      state: "running",
      control: releasing,
      controlReason: reason,
      deadlineAt: new Date(now.getTime() + plan.data.limits.rollbackSeconds * 1000),
      healthDeadlineAt: null,
    },
  });
  await enqueueRun(tx, "rollback", rollback.id);
  return [{ type: "rollback.releasing", subject, also, data: { reason, steps: told(needed) } }];
}

const told = (steps: readonly ReleaseStep[]) =>
  steps.map(({ key, title, command }) => ({ key, title, command }));
