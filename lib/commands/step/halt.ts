import { Refusal } from "#lib/domain/errors.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { RollbackState } from "#lib/domain/rollback.ts";
import { isSettled } from "#lib/domain/rollback.ts";
import { endRun } from "#lib/engine/ownership.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { checkReleaseAuthority } from "#lib/queries/rollback/release-authority.ts";
import { checkStandingAuthority } from "#lib/queries/rollback/standing-authority.ts";
import { beginRelease } from "#lib/commands/rollback/begin-release.ts";
import { endAborted } from "#lib/commands/rollback/end-aborted.ts";
import { eventOf, stepState, type Execution, type PlannedStep } from "#lib/commands/step/execution.ts";
import { writeStep } from "#lib/commands/step/write-step.ts";
import type { StepFault } from "#lib/commands/step/step-fault.ts";

/** Why an execution goes no further, and where that leaves the rollback. */
export type Halt =
  | { to: "paused" | "aborted"; reason: string }
  /** The plan itself waits here until a person says go. */
  | { to: "held"; reason: string; step: PlannedStep }
  | { to: "needs_manual"; reason: string; step: string | null; fault: StepFault };

/** What a person, the plan or a limit says at a safe point: asked between two steps, and while one waits. */
export function haltAtSafePoint(execution: Execution, step: PlannedStep | null, now: Date): Halt | null {
  const { rollback } = execution.loaded;
  const reason = rollback.controlReason ?? "";
  if (rollback.control === "abort") return { to: "aborted", reason };
  if (rollback.control === "pause") return { to: "paused", reason };
  if (step === null) return null;
  return heldBefore(execution, step) ?? overrun(execution, step, now);
}

function heldBefore(execution: Execution, step: PlannedStep): Halt | null {
  if (step.hold === undefined || execution.rows.get(step.key)?.releasedAt) return null;
  return { to: "held", reason: step.hold, step };
}

/** What must hold before an effect (laws 2, 3 and 10), on top of a safe point. */
export async function haltBeforeEffect(
  tx: Tx,
  execution: Execution,
  step: PlannedStep,
  now: Date,
): Promise<Halt | null> {
  const halt = haltAtSafePoint(execution, step, now);
  if (halt) return halt;
  if (!execution.isSamePlan) {
    return refused(step, "PLAN_STALE", "The stored plan is no longer the one that was signed.");
  }
  try {
    if (step.releases === undefined) await checkStandingAuthority(tx, execution.loaded, now);
    else await checkReleaseAuthority(tx, execution.loaded, step.key, now);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return refused(step, error.code, error.message);
    throw error;
  }
}

function refused(step: PlannedStep, code: string, message: string): Halt {
  return {
    to: "needs_manual",
    reason: `Stopped before "${step.title}": ${message}`,
    step: step.key,
    fault: {
      kind: "permanent",
      code,
      message,
      advice:
        step.releases === undefined
          ? "Nothing of this step was done. Restore what it rests on and resume, or abort and plan again."
          : "Nothing of this step was done. Somebody who may resumes, runs its command by hand and marks it done, or ends the rollback with this left shut.",
    },
  };
}

function overrun(execution: Execution, step: PlannedStep, now: Date): Halt | null {
  const { rollback } = execution.loaded;
  const isHealth = step.phase === "verification" || step.phase === "completion";
  const deadline = isHealth ? rollback.healthDeadlineAt : rollback.deadlineAt;
  if (!deadline || deadline > now) return null;
  const { healthSeconds, rollbackSeconds } = execution.plan.limits;
  const limit = isHealth
    ? `The limit of ${healthSeconds} s for being healthy again is over.`
    : `The limit of ${rollbackSeconds} s for this rollback is over.`;
  return {
    to: "needs_manual",
    reason: `${limit} Stopped before "${step.title}".`,
    step: step.key,
    fault: {
      kind: "permanent",
      code: "LIMIT_REACHED",
      message: limit,
      advice: "Run the remaining commands by hand, or resume with a fresh limit.",
    },
  };
}

/** Carries a halt out: state, the run's end and the events, in the transaction that found it. */
export async function applyHalt(tx: Tx, execution: Execution, halt: Halt, now: Date): Promise<NewEvent[]> {
  const { loaded, speaker } = execution;
  const { rollback } = loaded;
  await endRun(tx, { id: speaker.run, generation: speaker.generation });
  if (halt.to === "needs_manual") {
    const error = { at: now.toISOString(), step: halt.step, ...halt.fault };
    await move(tx, execution, "needs_manual", { errors: [...errorsOf(rollback.errors), error] });
    const data = { reason: halt.reason, step: halt.step, error: halt.fault, remaining: remaining(execution) };
    return [eventOf(execution, "rollback.needs_manual", data)];
  }
  if (halt.to === "paused") {
    await move(tx, execution, "paused", { control: null, controlReason: null });
    return [eventOf(execution, "rollback.paused", { reason: halt.reason, remaining: remaining(execution) })];
  }
  if (halt.to === "held") {
    const { key, title } = halt.step;
    await writeStep(tx, rollback.id, key, { heldAt: now });
    await move(tx, execution, "paused", { control: null, controlReason: null });
    const data = { step: key, title, reason: halt.reason, remaining: remaining(execution) };
    return [eventOf(execution, "rollback.held", data)];
  }
  const by = await whoAborted(tx, rollback.id);
  const ending = { rollback, subject: execution.subject, also: execution.also, rows: execution.rows };
  return (
    (await beginRelease(tx, { ...ending, reason: halt.reason, by }, now)) ??
    (await endAborted(tx, { ...ending, state: loaded.state, plan: execution.plan, reason: halt.reason }, now))
      .events
  );
}

async function whoAborted(tx: Tx, rollback: string): Promise<string | null> {
  const asked = await tx.event.findFirst({
    where: { subjectKind: "rollback", subjectId: rollback, type: "rollback.abort_requested" },
    orderBy: { position: "desc" },
    select: { actorId: true },
  });
  if (asked === null) return null;
  const person = await tx.user.findUnique({ where: { id: asked.actorId }, select: { id: true } });
  return person?.id ?? null;
}

async function move(
  tx: Tx,
  execution: Execution,
  state: RollbackState,
  data: Parameters<Tx["rollback"]["update"]>[0]["data"],
): Promise<void> {
  await tx.rollback.update({ where: { id: execution.loaded.rollback.id }, data: { ...data, state } });
}

function errorsOf(errors: unknown): JsonObject[] {
  return Array.isArray(errors) ? (errors as JsonObject[]) : [];
}

/** What is left to do, as a person would type it. */
function remaining(execution: Execution): JsonObject[] {
  return execution.steps
    .filter((step) => !isSettled(stepState(execution, step.key)))
    .map((step) => ({ key: step.key, title: step.title, command: step.command }));
}
