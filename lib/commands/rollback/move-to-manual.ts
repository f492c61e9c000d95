import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { StepFault } from "#lib/commands/step/step-fault.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { PlanBody, planSteps } from "#lib/domain/plan.ts";
import { isReleasing, releaseSteps } from "#lib/domain/release.ts";
import { executingStates, isSettled, StepState, type RollbackState } from "#lib/domain/rollback.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";

/**
 * Asks people to go on where no execution can: its limit passed while nobody ran it, or a bug ended it. Fences
 * whichever execution may still be alive. Throws WRONG_STATE when the rollback is not being executed, or is again.
 */
export const moveToManual = command({
  name: "rollback.move",
  input: z.strictObject({
    id: z.string(),
    reason: z.string(),
    fault: StepFault,
    /** The execution that failed; null: only if no live worker executes it. */
    run: z.strictObject({ id: z.string(), generation: z.number().int() }).nullable(),
  }),
  async load(tx, input) {
    // Runs before rollbacks: everyone locks in this order.
    const runs = await tx.$queryRaw<{ id: string; generation: number; is_live: boolean }[]>`
      SELECT id, generation, EXISTS (
        SELECT 1 FROM worker WHERE worker.id = run.worker_id AND worker.lease_until > now()) AS is_live
      FROM run WHERE kind = 'rollback' AND subject_id = ${input.id} AND state IN ('queued', 'running') FOR UPDATE OF run`;
    return { place: null, loaded: { ...(await lockRollback(tx, input.id)), runs } };
  },
  async run({ tx, input, loaded, now }) {
    const { rollback, state, subject, also, runs } = loaded;
    const isOurs = (run: (typeof runs)[number]): boolean =>
      input.run === null ? !run.is_live : run.id === input.run.id && run.generation === input.run.generation;
    if (!(executingStates as readonly RollbackState[]).includes(state) || !runs.every(isOurs)) {
      throw new Refusal("WRONG_STATE", "This rollback is in other hands.");
    }
    await tx.run.updateMany({
      where: { id: { in: runs.map((run) => run.id) } },
      data: { state: "failed", error: input.reason, endedAt: now, generation: { increment: 1 } },
    });
    const rows = await tx.step.findMany({ where: { rollbackId: rollback.id }, orderBy: { position: "asc" } });
    const open = rows.filter((row) => !isSettled(StepState.parse(row.state)));
    const current = open.find((row) => row.state === "running" || row.state === "waiting_retry");
    if (current) {
      await tx.step.update({
        where: { rollbackId_key: { rollbackId: rollback.id, key: current.key } },
        data: { state: current.intendedAt ? "unknown" : "pending", nextRetryAt: null },
      });
    }
    const step = current?.key ?? null;
    const errors = Array.isArray(rollback.errors) ? (rollback.errors as JsonObject[]) : [];
    await tx.rollback.update({
      where: { id: rollback.id },
      data: {
        state: "needs_manual",
        errors: [...errors, { at: now.toISOString(), step, ...input.fault }],
      },
    });
    const keys = new Set(open.map((row) => row.key));
    const plan = PlanBody.safeParse(JSON.parse(rollback.plan ?? "null"));
    const stepsOf = isReleasing(rollback) ? releaseSteps : planSteps;
    const remaining = (plan.success ? stepsOf(plan.data) : [])
      .filter((one) => keys.has(one.key))
      .map((one) => ({ key: one.key, title: one.title, command: one.command }));
    const uncertain = current?.intendedAt ? current.key : null;
    const data = { reason: input.reason, step, uncertain, error: input.fault, remaining };
    return { result: null, events: [{ type: "rollback.needs_manual", subject, also, data }] };
  },
});
