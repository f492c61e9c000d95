import { describe, expect, it } from "vitest";
import { overlapsOf, placeShifts, timelineOf } from "#components/people/shift-lanes.ts";

const from = "2026-11-21T12:00:00.000Z";
const shift = (id: string, startsAt: string, endsAt: string) => ({ id, startsAt, endsAt });
const first = shift("a", "2026-11-21T00:00:00.000Z", "2026-11-28T00:00:00.000Z");
const beside = shift("b", "2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z");
const after = shift("c", "2026-11-28T00:00:00.000Z", "2026-12-12T00:00:00.000Z");

describe("a timeline of shifts", () => {
  it("begins with the present UTC day and has fourteen of them", () => {
    const { days, now } = timelineOf(from, Date.parse(from));
    expect(days).toHaveLength(14);
    expect(days[0]?.toISOString()).toBe("2026-11-21T00:00:00.000Z");
    expect(now).toBeCloseTo((0.5 / 14) * 100);
  });

  it("sets what overlaps below each other and what follows in line", () => {
    const { placed, lanes } = placeShifts([first, beside, after], from);
    expect(lanes).toBe(2);
    expect(placed.map(({ shift: { id }, lane, left, width }) => [id, lane, left, width])).toEqual([
      ["a", 0, 0, 50],
      ["b", 1, expect.closeTo(100 / 14), expect.closeTo(100 / 14)],
      ["c", 0, 50, 50],
    ]);
  });

  it("cuts what began before and what ends after, and leaves out what is elsewhere", () => {
    const long = shift("d", "2026-11-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z");
    expect(placeShifts([long], from).placed).toMatchObject([{ left: 0, width: 100 }]);
    const over = shift("e", "2026-11-01T00:00:00.000Z", "2026-11-21T00:00:00.000Z");
    const later = shift("f", "2026-12-05T00:00:00.000Z", "2026-12-06T00:00:00.000Z");
    expect(placeShifts([over, later], from)).toEqual({ placed: [], lanes: 1 });
  });

  it("knows which run at the same time; one that begins when another ends does not", () => {
    expect(overlapsOf(first, [first, beside, after])).toEqual([beside]);
    expect(overlapsOf(after, [first, beside, after])).toEqual([]);
  });
});
