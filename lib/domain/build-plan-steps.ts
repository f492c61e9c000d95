import type { PlannedOperation } from "#lib/domain/build-plan-input.ts";
import { phaseIds, type PhaseId, type PlanBody, type PlanPhase, type PlanStep } from "#lib/domain/plan.ts";
import type { Procedure, ProcedureStep } from "#lib/domain/playbook-procedure.ts";
import type { Component } from "#lib/domain/service.ts";

type Limits = PlanBody["limits"];
type Placed = { operation: PlannedOperation; step: ProcedureStep | null; hold: string | null };

/** Whose steps they are, in a plan that moves several services. */
export type LaneName = {
  /** Stands in the keys; null for the plan's own service. */
  member: string | null;
  /** Stands before each title; null where the plan moves one service. */
  label: string | null;
};

const phaseTitle: Record<PhaseId, string> = {
  initiation: "Initiation",
  validation: "Validation",
  execution: "Execution",
  verification: "Verification",
  completion: "Completion",
};

/**
 * Puts what the adapters planned into the order of the procedure. Where it names operations of a component, it has
 * only those (`unused`: the ones left out); of a component that it does not mention in a phase,
 * every operation stands last in that phase. `gate`: what verifies it, as steps that close its lane within execution.
 */
export function arrange(
  procedure: Procedure,
  scope: readonly Component[],
  planned: readonly PlannedOperation[],
  limits: Limits,
  name: LaneName = { member: null, label: null },
): { phases: PlanPhase[]; gate: PlanStep[]; unused: PlannedOperation[] } {
  const unused: PlannedOperation[] = [];
  const taken = new Map<string, number>();
  const waiting: string[] = [];
  const placed = phaseIds.map((id) => {
    const here = planned.filter((one) => one.operation.phase === id && scope.includes(one.target.component));
    return { id, steps: place(procedure.phases[id], here, executionOrder(procedure), unused, waiting) };
  });
  const phases = placed.map(({ id, steps }) => {
    const budget = id === "verification" ? limits.healthSeconds : limits.rollbackSeconds;
    const arranged = steps.map((one) => toStep(id, one, budget, taken, name));
    return { id, title: phaseTitle[id], steps: arranged };
  });
  const checks = placed.flatMap(({ id, steps }) => (id === "verification" ? steps : []));
  const gate = checks
    .filter((one) => !one.operation.operation.mutating)
    .map((one) => toStep("execution", { ...one, hold: null }, limits.healthSeconds, taken, name));
  return { phases, gate, unused };
}

/** Components in the order in which the procedure executes them: configuration before the traffic moves, and so on. */
function executionOrder(procedure: Procedure): Component[] {
  const named = procedure.phases.execution.flatMap((step) => step.component ?? []);
  return [...new Set([...named, ...procedure.components])];
}

/** `waiting`: why a person is awaited before whatever comes next, of steps that a person does. */
function place(
  steps: readonly ProcedureStep[],
  planned: readonly PlannedOperation[],
  order: readonly Component[],
  unused: PlannedOperation[],
  waiting: string[],
): Placed[] {
  const rest = new Set(planned);
  const placed: Placed[] = [];
  const put = (operation: PlannedOperation, step: ProcedureStep | null): void => {
    const reasons = waiting.splice(0);
    placed.push({ operation, step, hold: reasons.length > 0 ? reasons.join(" ") : null });
  };
  for (const step of steps) {
    const matched = matching(step, [...rest]);
    if (step.hold && (matched.length > 0 || step.component === undefined)) waiting.push(holdReason(step));
    for (const operation of matched) {
      rest.delete(operation);
      put(operation, step);
    }
  }
  const selective = new Set(steps.flatMap((step) => (step.operations ? [step.component] : [])));
  const left = [...rest].toSorted(
    (a, b) => order.indexOf(a.target.component) - order.indexOf(b.target.component),
  );
  for (const operation of left) {
    if (!selective.has(operation.target.component)) put(operation, null);
    else unused.push(operation);
  }
  return placed;
}

function holdReason(step: ProcedureStep): string {
  return step.component === undefined
    ? `A person does this first: ${step.title}.`
    : `The procedure waits here: ${step.title}.`;
}

function matching(step: ProcedureStep, planned: readonly PlannedOperation[]): PlannedOperation[] {
  const own = planned.filter((one) => one.target.component === step.component);
  const { operations } = step;
  if (!operations) return own;
  return operations.flatMap((id) => own.filter((one) => one.operation.id === id));
}

function toStep(
  phase: PhaseId,
  { operation: planned, step, hold }: Placed,
  budget: number,
  taken: Map<string, number>,
  { member, label }: LaneName,
): PlanStep {
  const { target, operation } = planned;
  const name = [phase, member, target.component, operation.id].filter((part) => part !== null).join(".");
  const nth = (taken.get(name) ?? 0) + 1;
  taken.set(name, nth);
  return {
    key: nth === 1 ? name : `${name}-${nth}`,
    title: label === null ? planned.title : `${label}: ${planned.title}`,
    adapter: target.adapter,
    operation: operation.id,
    component: target.component,
    ...(member === null ? {} : { service: member }),
    ...(hold === null ? {} : { hold }),
    settings: target.settings,
    secrets: target.secrets,
    desired: planned.desired,
    command: planned.command,
    mutating: operation.mutating,
    reversibility: operation.reversibility,
    ...(operation.serving === undefined ? {} : { serving: operation.serving }),
    limitSeconds: Math.min(operation.limitSeconds, step?.limitSeconds ?? budget, budget),
    observedBefore: planned.observedBefore,
    ...(planned.identity === undefined ? {} : { identity: planned.identity }),
    ...(planned.release === undefined ? {} : { release: labelled(planned.release, label) }),
  };
}

function labelled<R extends { title: string }>(release: R, label: string | null): R {
  return label === null ? release : { ...release, title: `${label}: ${release.title}` };
}
