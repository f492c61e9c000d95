import { buildPlan } from "#lib/domain/build-plan.ts";
import type { BuildPlanInput, PlannedOperation } from "#lib/domain/build-plan-input.ts";
import { planSteps, type PhaseId, type PlanBody } from "#lib/domain/plan.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { components, type Artifacts, type Component } from "#lib/domain/service.ts";

const artifacts: Artifacts = {
  commit: null,
  imageDigest: null,
  configurationRevision: null,
  migrationHead: null,
  backup: null,
};

/** What adapters of one component answer in one phase when they are asked to plan; in execution they act. */
export function plannedOperations(
  component: Component,
  phase: PhaseId,
  ids: readonly string[],
  more: Partial<PlannedOperation["operation"]> = {},
): PlannedOperation[] {
  return ids.map((id) => ({
    target: { component, adapter: `adapter-of-${component}`, settings: {}, secrets: {} },
    operation: {
      id,
      phase,
      mutating: phase === "execution",
      reversibility: "reversible",
      limitSeconds: 3600,
      ...more,
    },
    title: `${id} ${component}`,
    desired: { version: "1.0.0" },
    observedBefore: null,
    command: `do ${id}`,
  }));
}

/** The plan of one procedure of a playbook for a service whose adapters answer `planned`; all of it is in scope. */
export function planOf(
  playbook: Playbook,
  procedure: string,
  planned: readonly PlannedOperation[],
  more: Partial<BuildPlanInput> = {},
): PlanBody {
  const registered = components.filter((one) => planned.some((other) => other.target.component === one));
  return buildPlan({
    rollback: "rb_1",
    service: "shop",
    environment: { name: "production", allow: [] },
    from: { version: "1.1.0", artifacts },
    to: { version: "1.0.0", artifacts },
    scope: registered,
    playbook,
    procedure,
    strategy: "as deployed",
    registered,
    planned,
    emergency: null,
    drill: false,
    ...more,
  });
}

/** The steps of a plan as "component operation", in order, those of one phase or of all. */
export function stepNames(plan: PlanBody, phase?: PhaseId): string[] {
  const phases = plan.phases.filter((one) => phase === undefined || one.id === phase);
  return planSteps({ phases }).map((step) => `${step.component ?? ""} ${step.operation}`);
}
