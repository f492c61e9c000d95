import { describe, expect, it } from "vitest";
import { currentStep, liveSteps } from "#components/rollback/live-steps.ts";
import { event, plan, stepView } from "#components/rollback/rollback.fixture.ts";

const steps = [stepView("restore", "done"), stepView("switch", "running")];

describe("the steps of a plan, live", () => {
  it("numbers every step of the plan, also those that have no row yet", () => {
    const live = liveSteps({ plan, steps }, []);
    expect(live.map((one) => [one.number, one.view.state])).toEqual([
      [1, "done"],
      [2, "running"],
      [3, "pending"],
    ]);
    expect(currentStep(live)?.step.key).toBe("switch");
  });

  it("shows what came back as it comes, and the whole of it once the step has ended", () => {
    const first = [
      event("step.output", 1, { key: "switch", lines: ["asked"] }),
      event("step.output", 2, { key: "switch", lines: ["waiting"] }),
    ];
    expect(liveSteps({ plan, steps }, first)[1]?.output).toEqual(["asked", "waiting"]);
    const ended = [...first, event("step.finished", 3, { key: "switch", output: ["asked", "switched"] })];
    expect(liveSteps({ plan, steps }, ended)[1]?.output).toEqual(["asked", "switched"]);
  });

  it("begins the output anew with each attempt", () => {
    const events = [
      event("step.output", 1, { key: "switch", lines: ["first attempt"] }),
      event("step.intended", 2, { key: "switch" }),
      event("step.output", 3, { key: "switch", lines: ["second attempt"] }),
    ];
    expect(liveSteps({ plan, steps }, events)[1]?.output).toEqual(["second attempt"]);
  });

  it("remembers who took the command until the step is settled", () => {
    const taken = event("step.decided_by_person", 1, {
      key: "switch",
      action: "run_by_hand",
      reason: "Faster",
    });
    expect(liveSteps({ plan, steps }, [taken])[1]?.takenByHand).toMatchObject({
      by: "Kim",
      reason: "Faster",
    });
    const settled = [stepView("restore", "done"), stepView("switch", "done_by_hand")];
    expect(liveSteps({ plan, steps: settled }, [taken])[1]?.takenByHand).toBeNull();
  });

  it("shows an error of an unknown form as it is rather than not at all", () => {
    const odd = [stepView("switch", "failed", { error: { strange: true } })];
    expect(liveSteps({ plan, steps: odd }, [])[1]?.error?.message).toBe('{"strange":true}');
  });
});
