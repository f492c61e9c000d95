import { describe, expect, it } from "vitest";
import { askingClocks, dueLevel } from "#lib/domain/approval-clocks.ts";

const submitted = new Date("2026-11-21T03:00:00Z");
const at = (clock: string): Date => new Date(`2026-11-21T${clock}Z`);
const unlimited = { askNextSeconds: undefined, emergencyOfferSeconds: undefined };

describe("the clocks of a search for an approver", () => {
  it("run from the submission, by the playbook's minutes", () => {
    const waits = { askNextMinutes: 5, emergencyOfferMinutes: 15 };
    expect(askingClocks(submitted, waits, unlimited)).toEqual({
      nextAt: at("03:05:00"),
      offerAt: at("03:15:00"),
    });
  });

  it("can be shorter, never longer, and never begin where the playbook has none", () => {
    const limits = { askNextSeconds: 2, emergencyOfferSeconds: 3600 };
    expect(askingClocks(submitted, { askNextMinutes: 5, emergencyOfferMinutes: 15 }, limits)).toEqual({
      nextAt: at("03:00:02"),
      offerAt: at("03:15:00"),
    });
    expect(askingClocks(submitted, { askNextMinutes: null, emergencyOfferMinutes: null }, limits)).toEqual({
      nextAt: null,
      offerAt: null,
    });
  });

  const clocks = { nextAt: at("03:05:00"), offerAt: at("03:15:00") };
  it.each([
    [1, "03:04:59", null],
    [1, "03:05:00", 2],
    [2, "03:05:00", null],
    [2, "03:14:59", null],
    [2, "03:15:00", 3],
    [1, "03:15:00", 3],
    [3, "03:59:00", null],
  ] as const)("at level %d, %s is due for %s", (level, clock, due) => {
    expect(dueLevel(level, clocks, at(clock))).toBe(due);
  });

  it("offer the emergency although nobody else is asked", () => {
    expect(dueLevel(2, { nextAt: null, offerAt: at("03:05:00") }, at("03:05:00"))).toBe(3);
    expect(dueLevel(2, { nextAt: null, offerAt: null }, at("03:59:00"))).toBeNull();
  });
});
