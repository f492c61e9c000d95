import type { LiveStep } from "#components/rollback/live-steps.ts";
import type { BudgetMark } from "#components/ui/budget.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import { isActive } from "#lib/domain/rollback.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** One limit of the plan and how it is used; the fields of BudgetBar. */
export type Budget = {
  id: "rollback" | "health";
  label: string;
  limitSeconds: number;
  startedAt: string | null;
  finishedAt: string | null;
  pausedAt: string | null;
  marks: BudgetMark[];
};

const halting = new Set(["rollback.paused", "rollback.held", "rollback.needs_manual"]);

/**
 * The two limits of a rollback. A person who goes on opens a limit anew, so each bar starts where its present deadline
 * was set; once it is over, at the very beginning. A mark stands where a step is expected to end: its share of the estimate, by its own limit. Pure.
 */
export function budgetsOf(
  rollback: Pick<
    RollbackView,
    "plan" | "state" | "startedAt" | "endedAt" | "deadlineAt" | "healthDeadlineAt"
  >,
  steps: readonly LiveStep[],
  events: readonly StreamEvent[],
): Budget[] {
  const { plan, state, endedAt } = rollback;
  if (!plan) return [];
  const { rollbackSeconds, healthSeconds } = plan.limits;
  const reopened = isActive(state) ? opened(rollback.deadlineAt, rollbackSeconds) : null;
  const start = reopened ?? rollback.startedAt;
  const healthStart = opened(rollback.healthDeadlineAt, healthSeconds);
  const isHalted = state === "paused" || state === "needs_manual";
  const haltedAt = isHalted ? (events.findLast((event) => halting.has(event.type))?.at ?? null) : null;
  const acting = steps.filter((one) => !isHealth(one));
  const watching = steps.filter(isHealth);
  const settledAt = latest(watching.map((one) => one.view.endedAt));
  const actedAt = healthStart ?? (acting.every((one) => one.isSettled) ? latestOf(acting) : null);
  return [
    {
      id: "rollback",
      label: "Rolling back",
      limitSeconds: rollbackSeconds,
      startedAt: start,
      finishedAt: start === null ? null : (actedAt ?? endedAt),
      pausedAt: actedAt === null ? haltedAt : null,
      marks: marksOf(acting, start, Math.min(plan.estimate.minutes * 60, rollbackSeconds)),
    },
    {
      id: "health",
      label: "Becoming healthy",
      limitSeconds: healthSeconds,
      startedAt: healthStart,
      finishedAt: healthStart !== null && watching.every((one) => one.isSettled) ? settledAt : endedAt,
      pausedAt: haltedAt,
      marks: [],
    },
  ];
}

const isHealth = (one: LiveStep): boolean => one.phase === "verification" || one.phase === "completion";

function marksOf(steps: readonly LiveStep[], start: string | null, expectedSeconds: number): BudgetMark[] {
  // What was settled before a person opened the limit anew is no part of it.
  const open = steps.filter(
    ({ view }) => start === null || view.endedAt === null || Date.parse(view.endedAt) >= Date.parse(start),
  );
  const whole = open.reduce((sum, { step }) => sum + step.limitSeconds, 0);
  let passed = 0;
  return open.map(({ step, isSettled: isDone }) => {
    passed += step.limitSeconds;
    return { at: Math.round((passed / whole) * expectedSeconds), label: step.title, isDone };
  });
}

function opened(deadline: string | null, seconds: number): string | null {
  return deadline === null ? null : new Date(Date.parse(deadline) - seconds * 1000).toISOString();
}

function latest(times: readonly (string | null)[]): string | null {
  return times.reduce<string | null>(
    (last, at) => (at !== null && (last === null || at > last) ? at : last),
    null,
  );
}

function latestOf(steps: readonly LiveStep[]): string | null {
  return latest(steps.map((one) => one.view.endedAt));
}
