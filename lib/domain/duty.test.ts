import { describe, expect, it } from "vitest";
import { isDriven, lapsesAt, takesEffectAt, vacancyOf } from "#lib/domain/duty.ts";
import { rollbackStates } from "#lib/domain/rollback.ts";

const now = new Date("2026-01-01T03:00:00Z");
const seconds = (at: Date) => (at.getTime() - now.getTime()) / 1000;

describe("What is asked for takes effect without an answer", () => {
  it("after half a minute where something runs, and after two minutes otherwise", () => {
    for (const state of rollbackStates) {
      const runs = state === "running" || state === "verifying";
      expect([state, seconds(takesEffectAt("driver", state, now))]).toEqual([state, runs ? 30 : 120]);
    }
    expect(seconds(takesEffectAt("commander", null, now))).toBe(120);
    expect(seconds(takesEffectAt("communications", null, now))).toBe(120);
    expect(seconds(takesEffectAt("commander", null, now, 3))).toBe(3);
    expect(seconds(takesEffectAt("driver", "running", now, 60))).toBe(30);
    expect(seconds(lapsesAt(now))).toBe(600);
  });

  it("at once where nobody is there to be asked", () => {
    const holder = { isActive: true, isOperator: true, isPresent: true };
    expect(vacancyOf(null)).toBe("free");
    expect(vacancyOf(holder)).toBeNull();
    expect(vacancyOf({ ...holder, isPresent: false })).toBe("absent");
    expect(vacancyOf({ ...holder, isOperator: false })).toBe("role_lost");
    expect(vacancyOf({ ...holder, isActive: false, isPresent: false })).toBe("disabled");
  });
});

it("A rollback is driven from its start to the end of its watch", () => {
  expect(rollbackStates.filter(isDriven)).toEqual([
    "running",
    "paused",
    "needs_manual",
    "verifying",
    "monitoring",
  ]);
});
