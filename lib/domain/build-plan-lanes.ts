import type { Lane } from "#lib/domain/build-plan-lane.ts";
import { phaseIds, type DataLoss, type PlanBody, type PlanStep } from "#lib/domain/plan.ts";

type Whole = Pick<
  PlanBody,
  "phases" | "limits" | "notReverted" | "notLookedAt" | "dataLoss" | "estimate" | "risk" | "monitoringSeconds"
>;

/** Lanes in their order, as one plan. Pure. */
export function joinLanes(lanes: readonly [Lane, ...Lane[]]): Whole {
  const [first] = lanes;
  const unseen = lanes.flatMap((lane) => lane.notLookedAt);
  return {
    phases: first.phases.map((phase, at) => ({
      ...phase,
      steps:
        phase.id === "execution" ? execution(lanes) : lanes.flatMap((lane) => lane.phases[at]?.steps ?? []),
    })),
    limits: {
      rollbackSeconds: longestStretch(lanes),
      healthSeconds: sum(lanes.map((lane) => lane.limits.healthSeconds)),
    },
    notReverted: lanes.flatMap((lane) => lane.notReverted),
    ...(unseen.length === 0 ? {} : { notLookedAt: unseen }),
    dataLoss: joinDataLoss(lanes.flatMap((lane) => lane.dataLoss ?? [])),
    estimate: {
      minutes: sum(lanes.map((lane) => lane.estimate.minutes)),
      downtimeMinutes: sum(lanes.map((lane) => lane.estimate.downtimeMinutes)),
      basis:
        lanes.length === 1
          ? first.estimate.basis
          : lanes.map((lane) => `${lane.service}: ${lane.estimate.basis}`).join("; "),
    },
    risk: (["high", "medium"] as const).find((risk) => lanes.some((lane) => lane.risk === risk)) ?? "low",
    monitoringSeconds: Math.max(...lanes.map((lane) => lane.monitoringSeconds)),
  };
}

/** Lane after lane: each but the last is closed by its own checks, and a person lets the next one begin. */
function execution(lanes: readonly Lane[]): PlanStep[] {
  const acting = lanes.filter((lane) => stepsOf(lane).length > 0);
  return acting.flatMap((lane, at) => {
    const before = acting[at - 1];
    const steps = before && lane.holds ? holding(stepsOf(lane), reasonToWait(before, lane)) : stepsOf(lane);
    return at === acting.length - 1 ? steps : [...steps, ...lane.gate];
  });
}

function holding(steps: readonly PlanStep[], reason: string): PlanStep[] {
  return steps.map((step, at) =>
    at === 0 ? { ...step, hold: step.hold === undefined ? reason : `${reason} ${step.hold}` } : step,
  );
}

function reasonToWait(before: Lane, next: Lane): string {
  const done =
    before.gate.length > 0
      ? `${before.service} is back on ${before.to} and verified.`
      : `${before.service} is back on ${before.to}; nothing in its playbook verifies that, so look first.`;
  return `${done} Next is ${next.service}, ${next.from ?? "an unknown version"} to ${next.to}.`;
}

function stepsOf(lane: Lane): readonly PlanStep[] {
  return lane.phases[phaseIds.indexOf("execution")]?.steps ?? [];
}

/** The longest time between two waits, since whoever lets it go on also gives it a fresh budget. Seconds. */
function longestStretch(lanes: readonly Lane[]): number {
  const stretches: number[] = [];
  lanes.forEach((lane, at) => {
    const gateSeconds = at === lanes.length - 1 ? 0 : lane.limits.healthSeconds;
    const seconds = lane.limits.rollbackSeconds + gateSeconds;
    if (at === 0 || lane.holds) stretches.push(seconds);
    else stretches.push((stretches.pop() ?? 0) + seconds);
  });
  return Math.max(...stretches);
}

/** One window from the earliest to the latest, and the first phrase: it is typed once for all. */
function joinDataLoss(windows: readonly DataLoss[]): DataLoss | null {
  const [first] = windows;
  if (!first) return null;
  const from = windows.map((one) => one.from).reduce((a, b) => (Date.parse(a) <= Date.parse(b) ? a : b));
  const to = windows.map((one) => one.to).reduce((a, b) => (Date.parse(a) >= Date.parse(b) ? a : b));
  const minutes = Math.ceil((Date.parse(to) - Date.parse(from)) / 60_000);
  return { from, to, minutes, phrase: first.phrase };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
