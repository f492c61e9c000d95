import { z } from "zod";
import { PlanBody, type PhaseId, type PlanStep } from "#lib/domain/plan.ts";
import type { NewEvent, Subject } from "#lib/domain/event.ts";
import { isReleasing, releaseSteps } from "#lib/domain/release.ts";
import { executingStates, isSettled, RollbackState, StepState } from "#lib/domain/rollback.ts";
import { Parted } from "#lib/engine/run.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";
import { Prisma, type Rollback } from "#prisma/client.ts";

/** Which execution speaks, and for which plan. */
export type Speaker = { run: string; generation: number; rollback: string; planHash: string };

/** `releases`: the key of the step whose effect it takes back; only while an aborted rollback opens what it keeps shut. */
export type PlannedStep = PlanStep & { phase: PhaseId; releases?: string };

/** A rollback held by the one execution that owns it, for the length of a transaction. */
export type Execution = {
  speaker: Speaker;
  loaded: LoadedRollback;
  plan: PlanBody;
  /** False: the stored plan is not the one this execution began with. */
  isSamePlan: boolean;
  steps: PlannedStep[];
  rows: Map<string, StepRow>;
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
  const [row] = await tx.$queryRaw<ExecutionRow[]>`
    SELECT ${rollbackColumns}, s.name AS service_name, s.system AS service_system, s.playbook_id AS service_playbook,
      e.id AS environment_id, e.protected AS environment_protected, e.allow AS environment_allow,
      (SELECT json_agg(json_build_object('key', step.key, 'state', step.state, 'attempts', step.attempts,
          'startedAt', step.started_at, 'intendedAt', step.intended_at, 'releasedAt', step.released_at))
        FROM step WHERE step.rollback_id = r.id) AS steps
    FROM run JOIN rollback r ON r.id = ${speaker.rollback} AND r.id = run.subject_id
      JOIN service s ON s.id = r.service_id
      JOIN environment e ON e.service_id = r.service_id AND e.name = r.environment
    WHERE run.id = ${speaker.run} AND run.generation = ${speaker.generation} AND run.state = 'running'
    FOR UPDATE OF run, r`;
  if (!row) throw new Parted(`Run ${speaker.run} is no longer owned at generation ${speaker.generation}.`);
  const loaded = loadedFrom(row);
  if (!(executingStates as readonly RollbackState[]).includes(loaded.state)) {
    throw new Parted(`The rollback is ${loaded.state}; it is not being executed.`);
  }
  const parsedPlan = parsePlan(loaded.rollback.plan ?? "null");
  const { plan, hash } = parsedPlan;
  const isSamePlan = hash === speaker.planHash && loaded.rollback.planHash === speaker.planHash;
  const rows = new Map(
    z
      .array(StepRow)
      .parse(row.steps ?? [])
      .map((step) => [step.key, step]),
  );
  return {
    speaker,
    loaded,
    plan,
    isSamePlan,
    steps: stepsToDo(parsedPlan, row.control, rows),
    rows,
    subject: loaded.subject,
    also: loaded.also,
  };
}

const At = z
  .string()
  .transform((text) => new Date(text))
  .nullable();
const StepRow = z.object({
  key: z.string(),
  state: StepState,
  attempts: z.number(),
  startedAt: At,
  /** Set when an effect was intended and no result is known yet. */
  intendedAt: At,
  /** When a person let execution go on to a step that has a hold. */
  releasedAt: At,
});
type StepRow = z.infer<typeof StepRow>;

type ExecutionRow = Rollback & {
  service_name: string;
  service_system: string;
  service_playbook: string;
  environment_id: string;
  environment_protected: boolean;
  environment_allow: string[];
  steps: unknown;
};

/** Every column, so that one question brings what the ordinary reader needs five for; the compiler counts them. */
const columnOf = {
  id: "id",
  number: "number",
  incidentId: "incident_id",
  serviceId: "service_id",
  environment: "environment",
  state: "state",
  fromVersion: "from_version",
  toVersion: "to_version",
  scope: "scope",
  procedure: "procedure",
  strategy: "strategy",
  reason: "reason",
  initiatorId: "initiator_id",
  editorIds: "editor_ids",
  driverId: "driver_id",
  emergency: "emergency",
  drill: "drill",
  playbookId: "playbook_id",
  playbookVersion: "playbook_version",
  plan: "plan",
  planHash: "plan_hash",
  preparation: "preparation",
  preparedAt: "prepared_at",
  control: "control",
  controlReason: "control_reason",
  generation: "generation",
  createdAt: "created_at",
  touchedAt: "touched_at",
  submittedAt: "submitted_at",
  approvedAt: "approved_at",
  expiresAt: "expires_at",
  startedAt: "started_at",
  startedById: "started_by_id",
  deadlineAt: "deadline_at",
  healthDeadlineAt: "health_deadline_at",
  monitoringUntil: "monitoring_until",
  endedAt: "ended_at",
  outcome: "outcome",
  errors: "errors",
  askedLevel: "asked_level",
  askedAt: "asked_at",
} as const satisfies Record<keyof Rollback, string>;
const rollbackColumns = Prisma.raw(
  Object.entries(columnOf)
    .map(([name, column]) => `r.${column} AS "${name}"`)
    .join(", "),
);

function loadedFrom(row: ExecutionRow): LoadedRollback {
  const place = { system: row.service_system, protected: row.environment_protected };
  return {
    rollback: row,
    state: RollbackState.parse(row.state),
    found: {
      service: {
        id: row.serviceId,
        name: row.service_name,
        system: row.service_system,
        playbookId: row.service_playbook,
      },
      environment: {
        id: row.environment_id,
        name: row.environment,
        protected: row.environment_protected,
        allow: row.environment_allow,
      },
      place,
    },
    subject: { kind: "rollback", id: row.id },
    also: row.incidentId ? [{ kind: "incident", id: row.incidentId }] : [],
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

/** The plan's own steps; of a rollback that is being ended, those that open what it keeps shut. */
export function stepsToDo(
  { plan, steps }: ParsedPlan,
  control: string | null,
  rows: ReadonlyMap<string, unknown>,
): PlannedStep[] {
  if (!isReleasing({ control })) return steps;
  return releaseSteps(plan).flatMap((step) => (rows.has(step.key) ? [{ ...step, phase: "execution" }] : []));
}

export function stepState(execution: Execution, key: string): StepState {
  return execution.rows.get(key)?.state ?? "pending";
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
