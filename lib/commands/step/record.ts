import { z } from "zod";
import { command, type Outcome } from "#lib/commands/command.ts";
import {
  eventOf,
  lockExecution,
  nextUnsettled,
  stepState,
  type Execution,
  type PlannedStep,
} from "#lib/commands/step/execution.ts";
import { applyHalt, haltAtSafePoint, haltBeforeEffect, type Halt } from "#lib/commands/step/halt.ts";
import { startStep } from "#lib/commands/step/start.ts";
import { stepWrites, writeStep, type StepColumns, type StepWrite } from "#lib/commands/step/write-step.ts";
import { StepFault } from "#lib/commands/step/step-fault.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { Json } from "#lib/domain/json.ts";
import { isSettled, RollbackState } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";

export const SpeakerInput = z.strictObject({
  run: z.string(),
  generation: z.number().int(),
  rollback: z.string(),
  planHash: z.string(),
});
const EvidenceInput = z.strictObject({
  title: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  at: z.string(),
});

const Change = z.discriminatedUnion("type", [
  /** The effect is about to be asked for: written first, or nothing is done (law 5). */
  z.strictObject({
    type: z.literal("intended"),
    attempt: z.number().int(),
    observed: Json,
    isUnsettled: z.boolean(),
  }),
  z.strictObject({ type: z.literal("output"), lines: z.array(z.string()) }),
  z.strictObject({
    type: z.literal("observed"),
    attempt: z.number().int(),
    observed: Json,
    detail: z.string(),
  }),
  z.strictObject({
    type: z.literal("retrying"),
    attempt: z.number().int(),
    error: StepFault,
    nextRetryAt: z.iso.datetime(),
    isUnsettled: z.boolean(),
  }),
  z.strictObject({
    type: z.literal("finished"),
    state: z.enum(["done", "already_done"]),
    attempt: z.number().int(),
    summary: z.string(),
    observed: Json,
    evidence: z.array(EvidenceInput),
    output: z.array(z.string()),
  }),
  z.strictObject({
    type: z.enum(["failed", "uncertain"]),
    attempt: z.number().int(),
    error: StepFault,
    observed: Json,
    evidence: z.array(EvidenceInput),
    output: z.array(z.string()),
  }),
  /** The step waits, and somebody or a limit may want it to stop. */
  z.strictObject({ type: z.literal("waiting") }),
]);
export type StepChange = z.infer<typeof Change>;

export type Recorded = {
  /** Whether the execution goes on. */
  proceed: boolean;
  state: RollbackState;
};

/**
 * Records one change of one step, and whatever follows from it at once, in one transaction that only the execution
 * owning the run can commit. Throws Parted otherwise. `proceed: false`: the run has ended here and people are asked.
 */
export const recordStep = command({
  name: "step.record",
  input: z.strictObject({ speaker: SpeakerInput, key: z.string(), change: Change }),
  async load(tx, input) {
    return { place: null, loaded: await lockExecution(tx, input.speaker) };
  },
  async run({ tx, input, loaded, now }): Promise<Outcome<Recorded>> {
    const step = loaded.steps.find((one) => one.key === input.key);
    if (!step) throw new Error(`The plan has no step ${input.key}.`);
    if (isSettled(stepState(loaded, step.key))) throw new AlreadyRecorded();
    return changeStep({ tx, execution: loaded, step, now }, input.change);
  },
});

/** The change was committed before, and only its answer was lost. */
export class AlreadyRecorded extends Error {
  override readonly name = "AlreadyRecorded";
}

type Changing = { tx: Tx; execution: Execution; step: PlannedStep; now: Date };

async function changeStep(changing: Changing, change: StepChange): Promise<Outcome<Recorded>> {
  const { tx, execution, step, now } = changing;
  const about = { key: step.key, title: step.title };
  switch (change.type) {
    case "intended": {
      const halt = await haltBeforeEffect(tx, execution, step, now);
      if (halt) {
        await standBack(changing);
        return halted(changing, halt);
      }
      const { attempt, observed, isUnsettled } = change;
      const columns: StepColumns = {
        state: "running",
        attempts: attempt,
        intendedAt: now,
        nextRetryAt: null,
        observed,
      };
      const data = { ...about, attempt, observed, desired: step.desired, command: step.command, isUnsettled };
      return goOn(execution, eventOf(execution, "step.intended", data), [{ key: step.key, columns }]);
    }
    case "output":
      return goOn(execution, {
        ...eventOf(execution, "step.output", { ...about, lines: change.lines }),
        also: [],
      });
    case "observed": {
      const { attempt, observed, detail } = change;
      await updateStep(changing, { observed });
      return goOn(execution, eventOf(execution, "step.observed", { ...about, attempt, observed, detail }));
    }
    case "retrying": {
      const { attempt, error, nextRetryAt } = change;
      await updateStep(changing, {
        state: "waiting_retry",
        attempts: attempt,
        ...(change.isUnsettled ? {} : { intendedAt: null }),
        nextRetryAt: new Date(nextRetryAt),
        error,
      });
      return goOn(execution, eventOf(execution, "step.retrying", { ...about, attempt, error, nextRetryAt }));
    }
    case "waiting": {
      const halt = haltAtSafePoint(execution, step, now);
      if (!halt) throw new NothingToRecord();
      await standBack(changing);
      return halted(changing, halt);
    }
    case "finished":
      return finishStep(changing, change);
    case "failed":
    case "uncertain": {
      const { attempt, error, observed, evidence, output } = change;
      const isUncertain = change.type === "uncertain";
      await updateStep(changing, {
        state: isUncertain ? "unknown" : "failed",
        attempts: attempt,
        ...(isUncertain ? {} : { intendedAt: null }),
        nextRetryAt: null,
        observed,
        evidence,
        error,
      });
      const data = { ...about, attempt, error, observed, evidence, output };
      const reason = isUncertain
        ? `It is not known whether "${step.title}" took effect: ${error.message}`
        : `"${step.title}" failed: ${error.message}`;
      const event = eventOf(execution, isUncertain ? "step.uncertain" : "step.failed", data);
      return halted(changing, { to: "needs_manual", reason, step: step.key, fault: error }, [event]);
    }
  }
}

async function finishStep(
  changing: Changing,
  change: Extract<StepChange, { type: "finished" }>,
): Promise<Outcome<Recorded>> {
  const { tx, execution, step, now } = changing;
  const { state, attempt, summary, observed, evidence, output } = change;
  const columns: StepColumns = {
    state,
    attempts: attempt,
    intendedAt: null,
    nextRetryAt: null,
    endedAt: now,
    observed,
    evidence,
    error: null,
  };
  const data = { key: step.key, title: step.title, state, attempt, summary, observed, evidence, output };
  const finished = eventOf(execution, "step.finished", data);
  const next = nextUnsettled(execution, step.key);
  const row = execution.rows.get(step.key);
  if (row) execution.rows.set(step.key, { ...row, state });
  const halt = next && haltAtSafePoint(execution, next, now);
  if (next === null || halt) {
    await updateStep(changing, columns);
    return halt ? halted(changing, halt, [finished]) : goOn(execution, finished);
  }
  const { state: reached, events, write } = await startStep(tx, execution, next, now);
  const writes = stepWrites(execution.loaded.rollback.id, [{ key: step.key, columns }, write]);
  return { result: { proceed: true, state: reached }, events: [finished, ...events], writes };
}

/** There was nothing to say after all. */
export class NothingToRecord extends Error {
  override readonly name = "NothingToRecord";
}

async function halted(changing: Changing, halt: Halt, before: NewEvent[] = []): Promise<Outcome<Recorded>> {
  const { tx, execution, now } = changing;
  const [first, ...rest] = [...before, ...(await applyHalt(tx, execution, halt, now))];
  if (!first) throw new Error("A halt has an event.");
  return { result: { proceed: false, state: execution.loaded.state }, events: [first, ...rest] };
}

function goOn(execution: Execution, event: NewEvent, writes: readonly StepWrite[] = []): Outcome<Recorded> {
  const { rollback, state } = execution.loaded;
  return { result: { proceed: true, state }, events: [event], writes: stepWrites(rollback.id, writes) };
}

/** The step waits for its turn again, unless an effect was intended whose outcome nobody knows. */
async function standBack(changing: Changing): Promise<void> {
  const isUnknown = changing.execution.rows.get(changing.step.key)?.intendedAt !== null;
  await updateStep(
    changing,
    isUnknown ? { state: "unknown" } : { state: "pending", startedAt: null, nextRetryAt: null },
  );
}

async function updateStep({ tx, execution, step }: Changing, columns: StepColumns): Promise<void> {
  await writeStep(tx, execution.loaded.rollback.id, step.key, columns);
}
