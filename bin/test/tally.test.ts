import { describe, expect, it } from "vitest";
import { add, inParallel, isGood, nothing, tallyLine } from "./tally.ts";

describe("the tally of a test run", () => {
  it("sums suites into the one line that scripts read", () => {
    const sum = [
      { passed: 3, failed: 0, skipped: 1 },
      { passed: 4, failed: 2, skipped: 0 },
    ].reduce(add, nothing);
    expect(tallyLine(sum)).toBe("7 passed, 2 failed, 1 skipped");
  });

  it("loses none of those that ran at the same time, whichever ended first", async () => {
    const ended: (() => void)[] = [];
    const task = (passed: number, failed: number) => () =>
      new Promise<{ passed: number; failed: number; skipped: number }>((resolve) => {
        ended.push(() => resolve({ passed, failed, skipped: 0 }));
      });
    const sum = inParallel(2, [task(1, 0), task(0, 1), task(1, 0), task(0, 1), task(1, 0)]);
    for (let turn = 0; turn < 5; turn++) {
      ended.pop()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await sum).toEqual({ passed: 3, failed: 2, skipped: 0 });
  });

  it("is good only when something passed and nothing failed", () => {
    expect(isGood({ passed: 1, failed: 0, skipped: 5 })).toBe(true);
    expect(isGood({ passed: 9, failed: 1, skipped: 0 })).toBe(false);
    expect(isGood({ passed: 0, failed: 0, skipped: 3 })).toBe(false);
  });
});
