import { describe, expect, it } from "vitest";
import { readBudget } from "#components/ui/budget.ts";

describe("the budget", () => {
  it("stays quiet while there is time", () => {
    expect(readBudget(200, 600)).toMatchObject({
      tone: "neutral",
      left: 400,
      limitAt: 1,
      sentence: "Within the limit",
    });
  });

  it("turns in the last fifth", () => {
    expect(readBudget(479, 600).tone).toBe("neutral");
    expect(readBudget(480, 600)).toMatchObject({ tone: "warn", sentence: "Little time left" });
  });

  it("turns when a step is late by more than a tenth of the limit", () => {
    const marks = [
      { at: 60, label: "switch", isDone: true },
      { at: 120, label: "verify", isDone: false },
    ];
    expect(readBudget(150, 600, { marks }).tone).toBe("neutral");
    expect(readBudget(190, 600, { marks })).toMatchObject({ tone: "warn", sentence: "Behind the plan" });
  });

  it("does not call a step late when nobody says which steps are done", () => {
    expect(readBudget(300, 600, { marks: [{ at: 60, label: "switch" }] }).tone).toBe("neutral");
  });

  it("shows how far the limit was overrun, and stays red when it is over", () => {
    const reading = readBudget(700, 600);
    expect(reading).toMatchObject({ tone: "danger", left: -100 });
    expect(reading.limitAt).toBeLessThan(1);
    expect(reading.filled).toBeGreaterThan(reading.limitAt);
    expect(readBudget(700, 600, { isOver: true })).toMatchObject({
      tone: "danger",
      sentence: "Over the limit",
    });
    expect(readBudget(300, 600, { isOver: true }).tone).toBe("ok");
  });
});
