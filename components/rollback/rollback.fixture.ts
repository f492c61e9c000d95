import type { StreamEvent } from "#lib/domain/event.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { PhaseId, Plan, PlanStep } from "#lib/domain/plan.ts";
import type { StepState } from "#lib/domain/rollback.ts";
import type { RollbackView, StepView } from "#lib/domain/view.ts";

const start = Date.parse("2026-01-01T03:00:00.000Z");
export const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

export function planStep(key: string, more: Partial<PlanStep> = {}): PlanStep {
  return {
    key,
    title: `Do ${key}`,
    adapter: "http-blue-green",
    operation: "switch",
    component: "code",
    settings: {},
    secrets: {},
    desired: { environment: "blue" },
    command: `curl ${key}`,
    mutating: true,
    reversibility: "reversible",
    limitSeconds: 60,
    observedBefore: null,
    ...more,
  };
}

const phase = (id: PhaseId, steps: PlanStep[]) => ({ id, title: id, steps });

/** Two steps that act, of one and two minutes' limit, and one that verifies. */
export const plan: Plan = {
  format: 1,
  rollback: "rb_1",
  service: "checkout",
  environment: "production",
  from: "2.4.0",
  to: "2.3.0",
  scope: ["code"],
  playbook: { id: "mvp-blue-green", version: 1 },
  procedure: "blue-green-switch",
  strategy: "blue-green",
  allow: [],
  emergency: null,
  drill: false,
  limits: { rollbackSeconds: 600, healthSeconds: 120 },
  phases: [
    phase("execution", [planStep("restore"), planStep("switch", { limitSeconds: 120 })]),
    phase("verification", [planStep("health", { mutating: false })]),
  ],
  notReverted: [],
  dataLoss: null,
  estimate: { minutes: 3, downtimeMinutes: 0, basis: "test" },
  risk: "low",
  monitoringSeconds: 0,
  hash: "0".repeat(64),
};

export function stepView(key: string, state: StepState, more: Partial<StepView> = {}): StepView {
  return {
    key,
    state,
    attempts: 1,
    startedAt: at(0),
    endedAt: null,
    nextRetryAt: null,
    heldAt: null,
    releasedAt: null,
    releasedBy: null,
    observed: null,
    evidence: null,
    error: null,
    ...more,
  };
}

export function event(type: StreamEvent["type"], seconds: number, data: JsonObject = {}): StreamEvent {
  const actor = { kind: "user", id: "usr_1", name: "Kim" } as const;
  return { seq: seconds + 1, type, at: at(seconds), actor, data };
}

type Timed = Pick<
  RollbackView,
  "plan" | "steps" | "state" | "startedAt" | "endedAt" | "deadlineAt" | "healthDeadlineAt"
>;
export function running(more: Partial<Timed> = {}): Timed {
  return {
    plan,
    steps: [],
    state: "running",
    startedAt: at(0),
    endedAt: null,
    deadlineAt: at(600),
    healthDeadlineAt: null,
    ...more,
  };
}
