import { PlanBody, type PhaseId, type PlanStep } from "#lib/domain/plan.ts";
import type { NewEvent, Subject } from "#lib/domain/event.ts";
import { executingStates, isSettled, RollbackState, StepState } from "#lib/domain/rollback.ts";
import { fence } from "#lib/engine/ownership.ts";
import { Parted } from "#lib/engine/run.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { loadRollback, type LoadedRollback } from "#lib/queries/rollback/load.ts";
import type { Step } from "#prisma/client.ts";

/** Which execution speaks, and for which plan. */
export type Speaker = { run: string; generation: number; rollback: string; planHash: string };

export type PlannedStep = PlanStep & { phase: PhaseId };

/** A rollback held by the one execution that owns it, for the length of a transaction. */
export type Execution = {
  speaker: Speaker;
  loaded: LoadedRollback;
  plan: PlanBody;
  /** False: the stored plan is not the one this execution began with. */
  isSamePlan: boolean;
  steps: PlannedStep[];
  rows: Map<string, Step>;
  subject: Subject;
  also: Subject[];
};

export type ParsedPlan = { hash: string; plan: PlanBody; steps: PlannedStep[] };
const parsed = new Map<string, ParsedPlan>();

/**
 * Locks run and rollback for the execution that speaks. Throws Parted when it is fenced or when the rollback is no
 * longer being executed: whoever speaks then must stop without touching anything.
 */
export async function lockExecution(tx: Tx, speaker: Speaker): Promise<Execution> {
  await fence(tx, { id: speaker.run, generation: speaker.generation });
  await tx.$queryRaw`SELECT id FROM rollback WHERE id = ${speaker.rollback} FOR UPDATE`;
  const loaded = await loadRollback(tx, speaker.rollback);
  if (!(executingStates as readonly RollbackState[]).includes(loaded.state)) {
    throw new Parted(`The rollback is ${loaded.state}; it is not being executed.`);
  }
  const rows = await tx.step.findMany({
    where: { rollbackId: speaker.rollback },
    orderBy: { position: "asc" },
  });
  const { plan, steps, hash } = parsePlan(loaded.rollback.plan ?? "null");
  const isSamePlan = hash === speaker.planHash && loaded.rollback.planHash === speaker.planHash;
  return {
    speaker,
    loaded,
    plan,
    isSamePlan,
    steps,
    rows: new Map(rows.map((row) => [row.key, row])),
    subject: loaded.subject,
    also: loaded.also,
  };
}

/** Reads a stored plan and says which hash it really has; a text is parsed once. */
export function parsePlan(text: string): ParsedPlan {
  const hash = sha256(text);
  const known = parsed.get(hash);
  if (known) return known;
  const plan = PlanBody.parse(JSON.parse(text));
  const steps = plan.phases.flatMap((phase) => phase.steps.map((step) => ({ ...step, phase: phase.id })));
  if (parsed.size > 50) parsed.clear();
  parsed.set(hash, { hash, plan, steps });
  return { hash, plan, steps };
}

export function stepState(execution: Execution, key: string): StepState {
  return StepState.parse(execution.rows.get(key)?.state ?? "pending");
}

/** The first step that is not settled, other than `except`. */
export function nextUnsettled(execution: Execution, except?: string): PlannedStep | null {
  return (
    execution.steps.find((step) => step.key !== except && !isSettled(stepState(execution, step.key))) ?? null
  );
}

export function eventOf(execution: Execution, type: NewEvent["type"], data: NewEvent["data"]): NewEvent {
  return { type, subject: execution.subject, also: execution.also, data };
}
