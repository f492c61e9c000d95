import { parsePlan } from "#lib/commands/step/execution.ts";
import type { Handler, Run } from "#lib/engine/run.ts";
import { endRun } from "#lib/engine/ownership.ts";
import { db } from "#lib/platform/db/client.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { lookAtSteps, type Look } from "#lib/workflows/look-at-steps.ts";
import type { Tools } from "#lib/workflows/tools.ts";

/** A fresh look at the targets of a plan; the run's result is a Look. */
export function observeHandler(tools: Tools): Handler {
  return { run: (run) => observe(run, tools) };
}

async function observe(run: Run, tools: Tools): Promise<void> {
  const rollback = await db().rollback.findUniqueOrThrow({ where: { id: run.subjectId } });
  let look: Look = { steps: {}, faults: {} };
  const { plan, steps, hash } = rollback.plan === null ? noPlan : parsePlan(rollback.plan);
  if (plan !== null && hash === rollback.planHash) {
    const drifting = steps.filter((step) => step.observedBefore !== null);
    look = await lookAtSteps({
      steps: drifting,
      plan,
      tools,
      rollback: rollback.id,
      signal: run.signal,
    });
  }
  await transact((tx) => endRun(tx, run, look));
}

const noPlan = { plan: null, steps: [], hash: null };
