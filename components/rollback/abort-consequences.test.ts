import { describe, expect, it } from "vitest";
import { abortConsequences } from "#components/rollback/abort-consequences.ts";
import { currentStep, liveSteps } from "#components/rollback/live-steps.ts";
import { plan, planStep, stepView } from "#components/rollback/rollback.fixture.ts";
import type { Plan } from "#lib/domain/plan.ts";

const release = { title: "Open the shop", command: "open it", limitSeconds: 30, until: "swap" };
const shut = planStep("shut", { serving: "stops", release });
const halt = planStep("halt", { operation: "stop", serving: "stops" });
const swap = planStep("swap", { operation: "swap", serving: "resumes" });
const closing: Plan = {
  ...plan,
  phases: [{ id: "execution", title: "Execution", steps: [shut, halt, swap] }],
};
const opens = "Before it ends, Lastgood does this: “Open the shop”.";
const stays = "Stays stopped until somebody starts it again: “Do halt”.";
const told = (steps: ReturnType<typeof stepView>[], control: string | null = null) =>
  abortConsequences({ plan: closing, steps, control });

describe("what an abort does besides ending", () => {
  it("is nothing where nothing was done", () => {
    expect(told([])).toEqual([]);
    expect(abortConsequences({ plan: null, steps: [], control: null })).toEqual([]);
  });

  it("opens what may have been shut, done, failed on the way or not known, and not what was shut before", () => {
    expect(told([stepView("shut", "done")])).toEqual([opens]);
    expect(told([stepView("shut", "unknown")])).toEqual([opens]);
    expect(told([stepView("shut", "failed", { attempts: 2 })])).toEqual([opens]);
    expect(told([stepView("shut", "skipped", { attempts: 1 })])).toEqual([opens]);
    expect(told([stepView("shut", "failed", { attempts: 0 })])).toEqual([]);
    expect(told([stepView("shut", "already_done", { attempts: 0 })])).toEqual([]);
    expect(told([stepView("shut", "already_done", { attempts: 1 })])).toEqual([opens]);
  });

  it("opens nothing once the later step is done, and says so while that is not known", () => {
    expect(told([stepView("shut", "done"), stepView("swap", "done")])).toEqual([]);
    expect(told([stepView("shut", "done"), stepView("swap", "unknown", { attempts: 1 })])).toEqual([opens]);
  });

  it("names what stays stopped", () => {
    expect(told([stepView("shut", "done"), stepView("halt", "done")])).toEqual([opens, stays]);
    expect(told([stepView("shut", "done"), stepView("halt", "done"), stepView("swap", "done")])).toEqual([]);
  });

  it("tells the command where a person ends it without", () => {
    const steps = [stepView("shut", "done"), stepView("shut.release", "failed", { attempts: 1 })];
    expect(told(steps, "release")[0]).toContain("open it");
  });

  it("is shown as steps of their own, and what it does now comes first", () => {
    const steps = [
      stepView("shut", "done"),
      stepView("halt", "pending"),
      stepView("shut.release", "running"),
    ];
    const live = liveSteps({ plan: closing, steps }, []);
    expect(live.map(({ number, step }) => [number, step.title])).toEqual([
      [1, "Do shut"],
      [2, "Do halt"],
      [3, "Do swap"],
      [4, "Open the shop"],
    ]);
    expect(currentStep(live)?.step.title).toBe("Open the shop");
  });
});
