import type { LaneInput, PlannedOperation, ShorterLimits } from "#lib/domain/build-plan-input.ts";
import { notLookedAt, notReverted } from "#lib/domain/build-plan-left.ts";
import { scopeFaults } from "#lib/domain/build-plan-scope.ts";
import { arrange, type LaneName } from "#lib/domain/build-plan-steps.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { DataLoss, PlanBody, PlanPhase, PlanStep } from "#lib/domain/plan.ts";
import { enoughRuns } from "#lib/domain/procedure-history.ts";
import { procedureOf } from "#lib/domain/playbook.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";
import { inSituation } from "#lib/domain/procedure-in-situation.ts";
import { components, type Component } from "#lib/domain/service.ts";

/** One service's part of a plan, in the order of its own procedure. */
export type Lane = Pick<
  PlanBody,
  "from" | "to" | "playbook" | "procedure" | "limits" | "notReverted" | "dataLoss" | "estimate" | "risk"
> & {
  service: string;
  scope: Component[];
  phases: PlanPhase[];
  notLookedAt: { what: string; why: string }[];
  /** What verifies it, to stand at the end of its lane where another follows. */
  gate: PlanStep[];
  /** Whether a person is awaited before it begins, where it is not the first. */
  holds: boolean;
  monitoringSeconds: number;
};

/**
 * Arranges what moves one service. Throws Refusal INVALID for a procedure or scope that its playbook does not have, and
 * where data would be lost without the window being known.
 */
export function buildLane(input: LaneInput, shorterLimits: ShorterLimits, name: LaneName): Lane {
  const { playbook } = input;
  const written = procedureOf(playbook, input.procedure);
  if (!written) throw invalid("procedure", `The playbook has no procedure "${input.procedure}".`);
  const { procedure, planned, left: uncalled } = inSituation(written, input.planned, input.facts ?? null);
  const errors = scopeFaults(procedure, input.scope, input.registered);
  const first = errors[0];
  if (first) {
    const whose = name.member === null ? "" : `${name.member}: `;
    throw new Refusal("INVALID", `${whose}${first.message}`, { errors });
  }
  const limits = {
    rollbackSeconds: shorter(procedure.limits.rollbackSeconds, shorterLimits.rollbackSeconds),
    healthSeconds: shorter(procedure.limits.healthSeconds, shorterLimits.healthSeconds),
  };
  const { phases, gate, unused } = arrange(procedure, input.scope, planned, limits, name);
  const dataLoss = dataLossOf(
    input,
    procedure,
    planned.filter((one) => !unused.includes(one)),
  );
  const steps = phases.flatMap((phase) => phase.steps);
  const isFinal = steps.some((step) => step.mutating && step.reversibility === "irreversible");
  const all = [...unused, ...uncalled];
  const named = (entries: ReturnType<typeof notReverted>) =>
    name.member === null
      ? entries
      : entries.map(({ what, why }) => ({ what: `${name.member}: ${what}`, why }));
  return {
    service: input.service,
    from: input.from.version,
    to: input.to.version,
    scope: components.filter((one) => input.scope.includes(one)),
    playbook: { id: playbook.id, version: playbook.version },
    procedure: procedure.id,
    limits,
    phases,
    gate,
    holds: input.hold ?? true,
    notReverted: named(notReverted(input, phases, all, procedure.title)),
    notLookedAt: named(notLookedAt(input, all, procedure.title)),
    dataLoss,
    estimate: estimateOf(input, procedure),
    risk: isFinal || dataLoss !== null ? "high" : procedure.risk,
    monitoringSeconds: procedure.monitoringSeconds ?? playbook.monitoring.seconds,
  };
}

function shorter(own: number, given: number | undefined): number {
  return given === undefined ? own : Math.min(own, given);
}

/** The widest window counts: what a target tells of its backup before what the history tells of the deployment. */
function dataLossOf(
  input: LaneInput,
  procedure: Procedure,
  planned: readonly PlannedOperation[],
): DataLoss | null {
  const told = planned.flatMap((one) =>
    input.scope.includes(one.target.component) && one.dataLoss ? [one.dataLoss] : [],
  );
  const window =
    told.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))[0] ?? input.dataLoss ?? null;
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

function estimateOf(input: LaneInput, procedure: Procedure): PlanBody["estimate"] {
  const downtimeMinutes = procedure.downtimeMinutes.to;
  const { history, playbook } = input;
  if (history && history.runs >= enoughRuns) {
    const { runs, p50Minutes, p95Minutes, downtime } = history;
    const took = `${runs} runs here: half within ${p50Minutes} min, 95 of 100 within ${p95Minutes} min`;
    const down =
      downtime === null
        ? `downtime as playbook ${playbook.id} says`
        : `down for ${downtime.p50Minutes} min in half of them, for at most ${downtime.p95Minutes} min in 95 of 100`;
    return {
      minutes: p50Minutes,
      downtimeMinutes: downtime?.p50Minutes ?? downtimeMinutes,
      basis: `${took}; ${down}`,
    };
  }
  const { from, to } = procedure.minutes;
  const span = from === to ? `${to} min` : `${from} to ${to} min`;
  return { minutes: to, downtimeMinutes, basis: `playbook ${playbook.id}: ${span}` };
}

function invalid(path: string, message: string): Refusal {
  return new Refusal("INVALID", message, { errors: [{ path, message }] });
}
