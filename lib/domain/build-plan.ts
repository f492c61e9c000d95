import type { BuildPlanInput } from "#lib/domain/build-plan-input.ts";
import { notReverted } from "#lib/domain/build-plan-left.ts";
import { scopeFaults } from "#lib/domain/build-plan-scope.ts";
import { arrange } from "#lib/domain/build-plan-steps.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { DataLoss, PlanBody } from "#lib/domain/plan.ts";
import { procedureOf } from "#lib/domain/playbook.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";
import { components } from "#lib/domain/service.ts";

/**
 * Builds what approvers will sign: everything resolved, in the procedure's order, with stable keys. Pure: the same
 * input gives the same plan. Throws Refusal INVALID for a procedure or scope that the playbook does not have, and
 * where data would be lost without the window being known.
 */
export function buildPlan(input: BuildPlanInput): PlanBody {
  const { playbook } = input;
  const procedure = procedureOf(playbook, input.procedure);
  if (!procedure) throw invalid("procedure", `The playbook has no procedure "${input.procedure}".`);
  const errors = scopeFaults(procedure, input.scope, input.registered);
  const first = errors[0];
  if (first) throw new Refusal("INVALID", first.message, { errors });
  const limits = {
    rollbackSeconds: shorter(procedure.limits.rollbackSeconds, input.limits?.rollbackSeconds),
    healthSeconds: shorter(procedure.limits.healthSeconds, input.limits?.healthSeconds),
  };
  const { phases, unused } = arrange(procedure, input.scope, input.planned, limits);
  const dataLoss = dataLossOf(input, procedure);
  const steps = phases.flatMap((phase) => phase.steps);
  const isFinal = steps.some((step) => step.mutating && step.reversibility === "irreversible");
  return {
    format: 1,
    rollback: input.rollback,
    service: input.service,
    environment: input.environment.name,
    from: input.from.version,
    to: input.to.version,
    scope: components.filter((one) => input.scope.includes(one)),
    playbook: { id: playbook.id, version: playbook.version },
    procedure: procedure.id,
    strategy: input.strategy,
    allow: [...input.environment.allow],
    emergency: input.emergency,
    drill: input.drill,
    limits,
    phases,
    notReverted: notReverted(input, phases, unused, procedure.title),
    dataLoss,
    estimate: estimateOf(input, procedure),
    risk: isFinal || dataLoss !== null ? "high" : procedure.risk,
    monitoringSeconds: procedure.monitoringSeconds ?? playbook.monitoring.seconds,
  };
}

function shorter(own: number, given: number | undefined): number {
  return given === undefined ? own : Math.min(own, given);
}

function dataLossOf(input: BuildPlanInput, procedure: Procedure): DataLoss | null {
  const window = input.dataLoss ?? null;
  if (window === null) {
    if (procedure.dataLoss === null || !input.scope.includes("database")) return null;
    throw invalid("dataLoss", "This procedure loses data, and the window is not known.");
  }
  const milliseconds = Date.parse(window.to) - Date.parse(window.from);
  if (!(milliseconds >= 0)) throw invalid("dataLoss", "The window of lost data ends before it begins.");
  return {
    from: window.from,
    to: window.to,
    minutes: Math.ceil(milliseconds / 60_000),
    phrase: procedure.dataLoss?.phrase ?? "CONFIRM DATA LOSS",
  };
}

/** Three runs are the least that say anything about the next one. */
const enoughRuns = 3;

function estimateOf(input: BuildPlanInput, procedure: Procedure): PlanBody["estimate"] {
  const downtimeMinutes = procedure.downtimeMinutes.to;
  const { history } = input;
  if (history && history.runs >= enoughRuns) {
    const { runs, p50Minutes, p95Minutes } = history;
    const basis = `${runs} runs here: half within ${p50Minutes} min, 95 of 100 within ${p95Minutes} min`;
    return { minutes: p50Minutes, downtimeMinutes, basis };
  }
  const { from, to } = procedure.minutes;
  const span = from === to ? `${to} min` : `${from} to ${to} min`;
  return { minutes: to, downtimeMinutes, basis: `playbook ${input.playbook.id}: ${span}` };
}

function invalid(path: string, message: string): Refusal {
  return new Refusal("INVALID", message, { errors: [{ path, message }] });
}
