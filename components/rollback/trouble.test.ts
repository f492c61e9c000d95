import { describe, expect, it } from "vitest";
import { liveSteps } from "#components/rollback/live-steps.ts";
import { event, plan, planStep, stepView } from "#components/rollback/rollback.fixture.ts";
import { stepChoices } from "#components/rollback/step-choices.ts";
import { readTrouble } from "#components/rollback/trouble.ts";
import type { RollbackState, StepState } from "#lib/domain/rollback.ts";
import type { StepView } from "#lib/domain/view.ts";

const error = (kind: string, code: string) => ({ kind, code, message: "It says so.", advice: "Look." });
function trouble(state: RollbackState, stepState: StepState, data = {}) {
  const type = state === "paused" ? "rollback.paused" : "rollback.needs_manual";
  const events = [event(type, 5, { reason: "Because.", step: "switch", ...data })];
  const steps = [stepView("restore", "done"), stepView("switch", stepState)];
  return readTrouble(state, liveSteps({ plan, steps }, events), events);
}

describe("why a rollback stands still", () => {
  it("is nothing while it goes on", () => {
    expect(trouble("running", "running")).toBeNull();
  });
  it.each([
    [
      "unknown",
      error("unknown", "SWITCH_UNCERTAIN"),
      "uncertain",
      "It is not known whether “Do switch” took effect.",
    ],
    ["failed", error("permanent", "REFUSED"), "failed", "“Do switch” failed."],
    ["pending", error("permanent", "LIMIT_REACHED"), "limit", "Time ran out before “Do switch” was done."],
    ["pending", error("permanent", "ROLE_REVOKED"), "stopped", "Stopped before “Do switch”."],
    ["pending", error("permanent", "NOT_HEALTHY"), "unhealthy", "The restored version did not stay healthy."],
  ] as const)("says what is uncertain first: a step that is %s (%o)", (state, fault, kind, title) => {
    expect(trouble("needs_manual", state, { error: fault })).toMatchObject({ kind, title });
  });
  it("is the plan's own wish at a hold, with what it waits for, until somebody says go", () => {
    const phases = plan.phases.map((phase) => ({
      ...phase,
      steps: phase.steps.map((one) => (one.key === "switch" ? { ...one, hold: "Look first." } : one)),
    }));
    const read = (more: Partial<StepView>) => {
      const steps = [stepView("restore", "done"), stepView("switch", "pending", more)];
      const events = [event("rollback.held", 5, { step: "switch", reason: "Look first." })];
      return readTrouble("paused", liveSteps({ plan: { ...plan, phases }, steps }, events), events);
    };
    const held = read({ heldAt: "2026-01-01T00:00:05.000Z" });
    expect(held).toMatchObject({ kind: "held", reason: "Look first.", at: "2026-01-01T00:00:05.000Z" });
    expect(held && stepChoices(held).map((one) => one.id)).toEqual([
      "resume",
      "mark_done",
      "run_by_hand",
      "skip",
      "abort",
    ]);
    const later = read({ heldAt: "2026-01-01T00:00:05.000Z", releasedAt: "2026-01-01T00:00:09.000Z" });
    expect(later?.kind).toBe("paused");
  });
  it("names who asked for a pause", () => {
    expect(trouble("paused", "pending")).toMatchObject({ kind: "paused" });
  });
});

describe("the ways on", () => {
  it("begin with looking, and end with aborting", () => {
    const found = trouble("needs_manual", "unknown", { error: error("unknown", "X") });
    const ids = found ? stepChoices(found).map((one) => one.id) : [];
    expect(ids).toEqual(["retry", "mark_done", "run_by_hand", "skip", "abort"]);
  });
  it("begin with resuming after a pause", () => {
    const found = trouble("paused", "pending");
    expect(found && stepChoices(found)[0]?.id).toBe("resume");
  });
  it("say that a step which only looks changes nothing", () => {
    const phases = [{ id: "execution" as const, title: "x", steps: [planStep("look", { mutating: false })] }];
    const looking = { ...plan, phases };
    const events = [event("rollback.needs_manual", 5, { step: "look" })];
    const live = liveSteps({ plan: looking, steps: [stepView("look", "failed")] }, events);
    const found = readTrouble("needs_manual", live, events);
    expect(found && stepChoices(found)[0]).toMatchObject({ label: "Look again" });
  });
});
