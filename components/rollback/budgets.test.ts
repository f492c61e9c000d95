import { describe, expect, it } from "vitest";
import { budgetsOf } from "#components/rollback/budgets.ts";
import { liveSteps } from "#components/rollback/live-steps.ts";
import { at, event, running, stepView } from "#components/rollback/rollback.fixture.ts";

const read = (rollback: ReturnType<typeof running>, events: Parameters<typeof budgetsOf>[2] = []) =>
  budgetsOf(rollback, liveSteps(rollback, events), events);

describe("the limits of a rollback as they are used", () => {
  it("begins with the execution, and marks each step's share of the estimate", () => {
    const [first] = read(running());
    expect(first).toMatchObject({ startedAt: at(0), finishedAt: null, limitSeconds: 600 });
    expect(first?.marks.map((mark) => mark.at)).toEqual([60, 180]);
  });

  it("begins anew where a person went on, without the steps that were settled before", () => {
    const steps = [stepView("restore", "done", { endedAt: at(20) }), stepView("switch", "running")];
    const [first] = read(running({ steps, deadlineAt: at(900) }));
    expect(first?.startedAt).toBe(at(300));
    expect(first?.marks.map((mark) => mark.label)).toEqual(["Do switch"]);
  });

  it("stands still where the machine stopped", () => {
    const [first] = read(running({ state: "needs_manual" }), [event("rollback.needs_manual", 42)]);
    expect(first?.pausedAt).toBe(at(42));
  });

  it("ends when verification begins, and opens the limit for being healthy", () => {
    const [first, second] = read(running({ state: "verifying", healthDeadlineAt: at(150) }));
    expect(first?.finishedAt).toBe(at(30));
    expect(second).toMatchObject({ startedAt: at(30), finishedAt: null });
  });

  it("counts from the very beginning once it is over, waiting for people included", () => {
    const steps = ["restore", "switch", "health"].map((key) => stepView(key, "done", { endedAt: at(500) }));
    const over = running({ state: "succeeded", steps, deadlineAt: at(1000), endedAt: at(500) });
    expect(read(over)[0]).toMatchObject({ startedAt: at(0), finishedAt: at(500) });
  });

  it("has nothing to show without a plan", () => {
    expect(read(running({ plan: null }))).toEqual([]);
  });
});
