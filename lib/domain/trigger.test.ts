import { describe, expect, it } from "vitest";
import { Trigger } from "#lib/domain/playbook-rule.ts";
import { readTrigger } from "#lib/domain/trigger.ts";

const now = new Date("2026-01-01T03:00:00Z");
const ago = (seconds: number, value: number) => ({ value, at: new Date(now.getTime() - seconds * 1000) });
const trigger = (condition: object, more: object = {}) =>
  Trigger.parse({
    id: "t",
    title: "T",
    condition: { fact: "x", ...condition },
    action: "propose",
    severity: "P0",
    urgency: "critical",
    because: "Because.",
    source: "S",
    ...more,
  });
const every10 = (seconds: number, value: number) =>
  Array.from({ length: seconds / 10 + 1 }, (_, i) => ago(i * 10, value));

describe("A trigger with a duration", () => {
  const held = trigger({ above: 5, for: { atLeast: 120 } });

  it("fires at exactly its duration and holds before", () => {
    expect(readTrigger(held, every10(110, 6), now)).toEqual({
      state: "holding",
      heldSeconds: 110,
      inARow: 12,
    });
    expect(readTrigger(held, every10(120, 6), now).state).toBe("firing");
  });

  it("starts again after one good value", () => {
    const dip = every10(300, 6).map((one, i) => (i === 5 ? { ...one, value: 5 } : one));
    expect(readTrigger(held, dip, now)).toEqual({ state: "holding", heldSeconds: 40, inARow: 5 });
  });

  it("does not count over a silence in which anything may have happened", () => {
    expect(readTrigger(held, [ago(0, 6), ago(121, 6)], now)).toMatchObject({ state: "holding", inARow: 1 });
    expect(readTrigger(held, [ago(0, 6), ago(120, 6)], now).state).toBe("firing");
  });

  it("is clear below its threshold and unknown when nobody looked", () => {
    expect(readTrigger(held, [ago(0, 5)], now).state).toBe("clear");
    expect(readTrigger(held, [], now).state).toBe("unknown");
    expect(readTrigger(held, [ago(121, 1)], now).state).toBe("unknown");
    expect(readTrigger(held, [ago(-30, 9)], now).state).toBe("unknown");
  });

  it("does not mind in which order it is told", () => {
    expect(readTrigger(held, every10(120, 6).toReversed(), now).state).toBe("firing");
  });
});

describe("A trigger over observations in a row", () => {
  const three = trigger({ is: false }, { consecutive: 3 });
  const looks = (...values: boolean[]) =>
    values.map((value, i) => ({ value, at: new Date(now.getTime() - i * 1000) }));

  it("fires at the third and starts again after a good one", () => {
    expect(readTrigger(three, looks(false, false), now).state).toBe("holding");
    expect(readTrigger(three, looks(false, false, false), now).state).toBe("firing");
    expect(readTrigger(three, looks(false, false, true, false), now)).toMatchObject({
      state: "holding",
      inARow: 2,
    });
  });

  it("has no duration as well", () => {
    expect(() => trigger({ above: 5, for: { atLeast: 1 } }, { consecutive: 3 })).toThrow("not both");
  });
});
