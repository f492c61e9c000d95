import { fate } from "#e2e/fixtures/engine/fate.ts";
import { seedRollback } from "#e2e/fixtures/engine/seed-rollback.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { PlanBody, planSteps, type PlanPhase } from "#lib/domain/plan.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { transact } from "#lib/platform/db/transact.ts";
import type { PrismaClient } from "#prisma/client.ts";

/** Has a worker carry out an approved plan of these phases. Gives how long it took, in ms. Throws when it did not succeed. */
export async function runPlan(
  client: PrismaClient,
  phases: (rollback: string) => PlanPhase[],
  allow: readonly string[] = [],
): Promise<number> {
  const { id, operator, approver } = await seedRollback(client, { urls: [] });
  const row = await client.rollback.findUniqueOrThrow({ where: { id } });
  const body = PlanBody.parse(JSON.parse(row.plan ?? "null"));
  const planned = { ...body, allow: [...allow], phases: phases(id) };
  const plan = canonical(PlanBody.parse(planned));
  const planHash = sha256(plan);
  await client.step.createMany({
    data: planned.phases.flatMap((phase) =>
      phase.steps.map((step) => ({
        rollbackId: id,
        key: step.key,
        position: planSteps(planned).findIndex((one) => one.key === step.key),
        phase: phase.id,
        state: "pending",
      })),
    ),
  });
  await client.approval.updateMany({ where: { rollbackId: id, userId: approver.id }, data: { planHash } });
  await transact(async (tx) => {
    const data = { state: "running", plan, planHash, startedAt: new Date(), startedById: operator.id };
    await tx.rollback.update({ where: { id }, data });
    await enqueueRun(tx, "rollback", id);
  });
  const { state } = await fate(client, id);
  if (state !== "succeeded") throw new Error(`The rollback ended ${state}.`);
  const { startedAt, endedAt } = await client.rollback.findUniqueOrThrow({ where: { id } });
  return (endedAt?.getTime() ?? NaN) - (startedAt?.getTime() ?? NaN);
}
