import { describe, expect, it } from "vitest";
import { plan, planStep } from "#components/rollback/rollback.fixture.ts";
import { releasesNeeded } from "#lib/domain/release.ts";
import type { StepState } from "#lib/domain/rollback.ts";

const release = { title: "Open the shop", command: "open it", limitSeconds: 30, until: "swap" };
const phases = [{ id: "execution" as const, title: "Execution", steps: [planStep("shut", { release })] }];
const needed = (state: StepState, attempts: number, isAskedFor?: boolean): number =>
  releasesNeeded(
    { ...plan, phases },
    new Map([["shut", { state, attempts, ...(isAskedFor === undefined ? {} : { isAskedFor }) }]]),
  ).length;

describe("what an abort opens", () => {
  it("is what was asked for on the record, whatever the step has ended as", () => {
    expect(needed("already_done", 1, true)).toBe(1);
    expect(needed("skipped", 1, true)).toBe(1);
    expect(needed("failed", 1, true)).toBe(1);
    expect(needed("done_by_hand", 0, false)).toBe(1);
  });

  it("is not what was only looked at, however often", () => {
    expect(needed("already_done", 1, false)).toBe(0);
    expect(needed("failed", 3, false)).toBe(0);
    expect(needed("waiting_retry", 1, false)).toBe(0);
  });

  it("is rather too much than too little where the record is not at hand", () => {
    expect(needed("already_done", 1)).toBe(1);
    expect(needed("already_done", 0)).toBe(0);
  });
});
