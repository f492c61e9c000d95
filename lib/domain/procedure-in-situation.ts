import type { PlannedOperation } from "#lib/domain/build-plan-input.ts";
import { evaluate } from "#lib/domain/condition.ts";
import type { Facts } from "#lib/domain/incident.ts";
import { phaseIds } from "#lib/domain/plan.ts";
import type { Procedure, ProcedureStep } from "#lib/domain/playbook-procedure.ts";

/**
 * A procedure without the steps that this situation does not call for (`onlyWhen`), and what was planned without their
 * operations; `left` are those. A fact that nobody has answered leaves its step in. Pure.
 */
export function inSituation(
  procedure: Procedure,
  planned: readonly PlannedOperation[],
  facts: Facts | null,
): { procedure: Procedure; planned: readonly PlannedOperation[]; left: PlannedOperation[] } {
  const dropped = phaseIds.flatMap((phase) =>
    procedure.phases[phase].filter((step) => !isCalledFor(step, facts)).map((step) => ({ phase, step })),
  );
  if (dropped.length === 0) return { procedure, planned, left: [] };
  const isDropped = (step: ProcedureStep): boolean => dropped.some((one) => one.step === step);
  const phases = Object.fromEntries(
    phaseIds.map((phase) => [phase, procedure.phases[phase].filter((step) => !isDropped(step))]),
  ) as Procedure["phases"];
  const isLeft = (one: PlannedOperation): boolean => {
    const { phase } = one.operation;
    return (
      dropped.some((other) => other.phase === phase && covers(other.step, one)) &&
      !phases[phase].some((step) => covers(step, one))
    );
  };
  return {
    procedure: { ...procedure, phases },
    planned: planned.filter((one) => !isLeft(one)),
    left: planned.filter((one) => isLeft(one)),
  };
}

function isCalledFor({ onlyWhen }: ProcedureStep, facts: Facts | null): boolean {
  if (onlyWhen === undefined || facts === null) return true;
  return evaluate(onlyWhen, { facts, heldFor: ({ fact }) => ({ ask: fact }) }).state !== "no";
}

function covers(step: ProcedureStep, { target, operation }: PlannedOperation): boolean {
  return step.component === target.component && (step.operations?.includes(operation.id) ?? true);
}
