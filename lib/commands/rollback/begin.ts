import { z } from "zod";
import { command, type Outcome } from "#lib/commands/command.ts";
import { lockExecution, nextUnsettled, type PlannedStep } from "#lib/commands/step/execution.ts";
import { applyHalt, haltBeforeEffect, type Halt } from "#lib/commands/step/halt.ts";
import { SpeakerInput, type Recorded } from "#lib/commands/step/record.ts";
import { startStep } from "#lib/commands/step/start.ts";
import { stepWrites } from "#lib/commands/step/write-step.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { Json } from "#lib/domain/json.ts";

/**
 * Begins an execution at the first step that is not settled. Before the first effect of all, `look` holds what the
 * targets show now: a target that changed after it was signed for stops here (law 2).
 */
export const beginRollback = command({
  name: "rollback.begin",
  input: z.strictObject({ speaker: SpeakerInput, look: z.record(z.string(), Json) }),
  async load(tx, input) {
    return { place: null, loaded: await lockExecution(tx, input.speaker) };
  },
  async run({ tx, input, loaded: execution, now }): Promise<Outcome<Recorded>> {
    const step = nextUnsettled(execution);
    if (!step) throw new Error("There is no step to begin with.");
    await tx.rollback.update({
      where: { id: execution.loaded.rollback.id },
      data: { generation: { increment: 1 } },
    });
    const halt = driftHalt(execution.steps, input.look) ?? (await haltBeforeEffect(tx, execution, step, now));
    if (halt) {
      const [first, ...rest] = await applyHalt(tx, execution, halt, now);
      if (!first) throw new Error("A halt has an event.");
      return { result: { proceed: false, state: execution.loaded.state }, events: [first, ...rest] };
    }
    const { state, events, write } = await startStep(tx, execution, step, now);
    const writes = stepWrites(execution.loaded.rollback.id, [write]);
    return { result: { proceed: true, state }, events, writes };
  },
});

function driftHalt(steps: PlannedStep[], look: Record<string, Json>): Halt | null {
  for (const step of steps) {
    const found = look[step.key];
    if (step.observedBefore === null || found === undefined) continue;
    if (canonical(found) === canonical(step.observedBefore)) continue;
    const message = `What "${step.title}" would change is no longer as it was when the plan was signed.`;
    const advice = "Nothing was done. Abort, and request a new plan for what the target shows now.";
    return {
      to: "needs_manual",
      reason: message,
      step: step.key,
      fault: { kind: "permanent", code: "PLAN_STALE", message, advice },
    };
  }
  return null;
}
