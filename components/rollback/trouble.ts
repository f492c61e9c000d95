import { readError, readText, type StepError } from "#components/rollback/step-facts.ts";
import { currentStep, type LiveStep } from "#components/rollback/live-steps.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import type { RollbackState } from "#lib/domain/rollback.ts";

/** Why an execution stands still, and at which step. */
export type Trouble = {
  kind: "paused" | "held" | "uncertain" | "failed" | "limit" | "unhealthy" | "stopped";
  /** In one plain sentence. */
  title: string;
  reason: string;
  error: StepError | null;
  step: LiveStep | null;
  at: string;
  by: string;
};

/** Reads the last halt. Null while the rollback goes on. Pure. */
export function readTrouble(
  state: RollbackState,
  steps: readonly LiveStep[],
  events: readonly StreamEvent[],
): Trouble | null {
  if (state !== "paused" && state !== "needs_manual") return null;
  const type = state === "paused" ? "rollback.paused" : "rollback.needs_manual";
  const event = events.findLast((one) => one.type === type);
  const key = readText(event?.data["step"]) || readText(event?.data["uncertain"]);
  const step = steps.find((one) => one.step.key === key && !one.isSettled) ?? currentStep(steps);
  const error = readError(event?.data["error"]) ?? step?.error ?? null;
  const asker = events.findLast((one) => one.type === "rollback.pause_requested");
  const base = {
    reason: readText(event?.data["reason"]),
    error,
    step,
    at: event?.at ?? "",
    by: (state === "paused" ? asker?.actor.name : event?.actor.name) ?? "",
  };
  const held = steps.find(
    (one) => one.view.heldAt !== null && one.view.releasedAt === null && !one.isSettled,
  );
  if (state === "paused" && held) {
    const reason = held.step.hold ?? "";
    const at = held.view.heldAt ?? "";
    return {
      kind: "held",
      title: "It waits until somebody says go.",
      reason,
      error: null,
      step: held,
      at,
      by: "",
    };
  }
  const name = step ? `“${step.step.title}”` : "the last step";
  if (state === "paused")
    return { ...base, kind: "paused", title: "Paused. Nothing is done until somebody goes on." };
  if (step?.view.state === "unknown" || error?.kind === "unknown") {
    return { ...base, kind: "uncertain", title: `It is not known whether ${name} took effect.` };
  }
  if (error?.code === "LIMIT_REACHED" || error?.code === "STEP_LIMIT") {
    return { ...base, kind: "limit", title: `Time ran out before ${name} was done.` };
  }
  if (error?.code === "NOT_HEALTHY") {
    return { ...base, kind: "unhealthy", title: "The restored version did not stay healthy." };
  }
  if (step?.view.state === "failed") return { ...base, kind: "failed", title: `${name} failed.` };
  return { ...base, kind: "stopped", title: step ? `Stopped before ${name}.` : "Stopped." };
}
