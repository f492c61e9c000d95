import type { PlannedOperation } from "#lib/domain/build-plan-input.ts";
import { phaseIds, type PhaseId, type PlanBody, type PlanPhase, type PlanStep } from "#lib/domain/plan.ts";
import type { Procedure, ProcedureStep } from "#lib/domain/playbook-procedure.ts";
import type { Component } from "#lib/domain/service.ts";

type Limits = PlanBody["limits"];
type Placed = { operation: PlannedOperation; step: ProcedureStep | null };

const phaseTitle: Record<PhaseId, string> = {
  initiation: "Initiation",
  validation: "Validation",
  execution: "Execution",
  verification: "Verification",
  completion: "Completion",
};

/**
 * Puts what the adapters planned into the order of the procedure. Where it names operations of a component, it has
 * only those (`unused`: the ones left out that would have acted); of a component that it does not mention in a phase,
 * every operation stands last in that phase.
 */
export function arrange(
  procedure: Procedure,
  scope: readonly Component[],
  planned: readonly PlannedOperation[],
  limits: Limits,
): { phases: PlanPhase[]; unused: PlannedOperation[] } {
  const unused: PlannedOperation[] = [];
  const taken = new Map<string, number>();
  const phases = phaseIds.map((id) => {
    const here = planned.filter((one) => one.operation.phase === id && scope.includes(one.target.component));
    const placed = place(procedure.phases[id], here, executionOrder(procedure), unused);
    const steps = placed.map((one) => toStep(id, one, limits, taken));
    return { id, title: phaseTitle[id], steps };
  });
  return { phases, unused };
}

/** Components in the order in which the procedure executes them: configuration before the traffic moves, and so on. */
function executionOrder(procedure: Procedure): Component[] {
  const named = procedure.phases.execution.flatMap((step) => step.component ?? []);
  return [...new Set([...named, ...procedure.components])];
}

function place(
  steps: readonly ProcedureStep[],
  planned: readonly PlannedOperation[],
  order: readonly Component[],
  unused: PlannedOperation[],
): Placed[] {
  const rest = new Set(planned);
  const placed: Placed[] = [];
  for (const step of steps) {
    for (const operation of matching(step, [...rest])) {
      rest.delete(operation);
      placed.push({ operation, step });
    }
  }
  const selective = new Set(steps.flatMap((step) => (step.operations ? [step.component] : [])));
  const left = [...rest].toSorted(
    (a, b) => order.indexOf(a.target.component) - order.indexOf(b.target.component),
  );
  for (const operation of left) {
    if (!selective.has(operation.target.component)) placed.push({ operation, step: null });
    else if (operation.operation.mutating) unused.push(operation);
  }
  return placed;
}

function matching(step: ProcedureStep, planned: readonly PlannedOperation[]): PlannedOperation[] {
  const own = planned.filter((one) => one.target.component === step.component);
  const { operations } = step;
  if (!operations) return own;
  return operations.flatMap((id) => own.filter((one) => one.operation.id === id));
}

function toStep(
  phase: PhaseId,
  { operation: planned, step }: Placed,
  limits: Limits,
  taken: Map<string, number>,
): PlanStep {
  const { target, operation } = planned;
  const name = `${phase}.${target.component}.${operation.id}`;
  const nth = (taken.get(name) ?? 0) + 1;
  taken.set(name, nth);
  const budget = phase === "verification" ? limits.healthSeconds : limits.rollbackSeconds;
  return {
    key: nth === 1 ? name : `${name}-${nth}`,
    title: planned.title,
    adapter: target.adapter,
    operation: operation.id,
    component: target.component,
    settings: target.settings,
    secrets: target.secrets,
    desired: planned.desired,
    command: planned.command,
    mutating: operation.mutating,
    reversibility: operation.reversibility,
    limitSeconds: Math.min(operation.limitSeconds, step?.limitSeconds ?? budget, budget),
    observedBefore: planned.observedBefore,
  };
}
