import { beginRollback } from "#lib/commands/rollback/begin.ts";
import { finishRollback, type Finished } from "#lib/commands/rollback/finish.ts";
import { moveToManual } from "#lib/commands/rollback/move-to-manual.ts";
import { takeOverRollback } from "#lib/commands/rollback/take-over.ts";
import { AlreadyRecorded } from "#lib/commands/step/record.ts";
import { parsePlan, stepsToDo, type PlannedStep, type Speaker } from "#lib/commands/step/execution.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Json } from "#lib/domain/json.ts";
import { allowedFor, type PlanBody } from "#lib/domain/plan.ts";
import { executingStates, isSettled, StepState, type RollbackState } from "#lib/domain/rollback.ts";
import { endRun } from "#lib/engine/ownership.ts";
import { letGo, persistently } from "#lib/engine/persistently.ts";
import type { Handler, Run } from "#lib/engine/run.ts";
import { db } from "#lib/platform/db/client.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { createLog } from "#lib/platform/log.ts";
import { worker } from "#lib/workflows/actor.ts";
import { lookAtSteps } from "#lib/workflows/look-at-steps.ts";
import { monitor } from "#lib/workflows/monitor.ts";
import { performStep } from "#lib/workflows/perform-step.ts";
import type { Tools } from "#lib/workflows/tools.ts";

/** Executes an approved plan from the first step that is not settled, to its end or to where people must decide. */
export function rollbackHandler(tools: Tools): Handler {
  const log = createLog("rollback");
  return {
    // Somebody has pressed the button.
    pollMs: 40,
    run: (run) => execute(run, tools),
    takeOver: async (lost) => {
      try {
        await takeOverRollback(worker, lost);
        return true;
      } catch (error) {
        if (error instanceof Refusal && error.code === "WRONG_STATE") return false;
        throw error;
      }
    },
    failed: async (run, error) => {
      log.error({ err: error, run: run.id, rollback: run.subjectId }, "a rollback was stopped by a bug");
      await moveToManual(worker, {
        id: run.subjectId,
        run: { id: run.id, generation: run.generation },
        reason: `Lastgood itself broke here. The worker's log has the details under run ${run.id}.`,
        fault: {
          kind: "unknown",
          code: "BROKEN",
          message: "Something broke in Lastgood.",
          advice: "Look at the target, then resume, or run the remaining commands by hand.",
        },
      });
    },
  };
}

async function execute(run: Run, tools: Tools): Promise<void> {
  const log = createLog("rollback").child({
    rollback: run.subjectId,
    run: run.id,
    generation: run.generation,
  });
  const patiently = <R>(work: () => Promise<R>): Promise<R> => persistently(work, letGo(run.signal));
  const rollback = await patiently(() =>
    db().rollback.findUniqueOrThrow({ where: { id: run.subjectId }, include: { steps: true } }),
  );
  if (!(executingStates as readonly string[]).includes(rollback.state)) {
    return patiently(() => transact((tx) => endRun(tx, run)));
  }
  const parsed = parsePlan(rollback.plan ?? "null");
  const { plan, hash } = parsed;
  const speaker: Speaker = {
    run: run.id,
    generation: run.generation,
    rollback: rollback.id,
    planHash: rollback.planHash ?? "",
  };
  const rows = new Map(rollback.steps.map((row) => [row.key, row]));
  const steps = stepsToDo(parsed, rollback.control, rows);
  const open = steps.filter((step) => !isSettled(StepState.parse(rows.get(step.key)?.state ?? "pending")));
  if (open.length > 0 && (rollback.state as RollbackState) !== "monitoring") {
    const isUntouched = rollback.steps.every((row) => row.state === "pending" && row.startedAt === null);
    // A plan that is not the signed one is not even looked with: its addresses may be someone else's.
    const look = isUntouched && hash === rollback.planHash ? await lookBefore(run, steps, plan, tools) : {};
    const begun = await patiently(() => beginRollback(worker, { speaker, look }));
    if (!begun.proceed) return;
  }
  log.info({ open: open.length, state: rollback.state }, "executing");
  for (const step of steps) {
    run.handOver();
    const row = rows.get(step.key);
    if (!row) throw new Error(`The step ${step.key} has no row.`);
    const work = { run, speaker, step, row, allow: allowedFor(plan, step), tools, log };
    if ((await performStep(work)) === "stop") return;
  }
  // The window is over when the record says so: a clock may have been set back.
  for (;;) {
    run.handOver();
    if ((await finish(speaker, run)) !== "monitoring") return;
    if ((await monitor({ run, rollback: rollback.id, steps, plan, tools, log })) === "stop") return;
  }
}

async function finish(speaker: Speaker, run: Run): Promise<Finished["state"]> {
  try {
    return (await persistently(() => finishRollback(worker, { speaker }), letGo(run.signal))).state;
  } catch (error) {
    if (error instanceof AlreadyRecorded) return "monitoring";
    throw error;
  }
}

/** What the targets show just before the first effect. What cannot be seen now, its own step will meet. */
async function lookBefore(
  run: Run,
  steps: readonly PlannedStep[],
  plan: PlanBody,
  tools: Tools,
): Promise<Record<string, Json>> {
  const drifting = steps.filter((step) => step.observedBefore !== null);
  const { steps: seen } = await lookAtSteps({
    steps: drifting,
    plan,
    tools,
    rollback: run.subjectId,
    signal: run.signal,
  });
  return seen;
}
