import { describe, expect, it } from "vitest";
import {
  formatDay,
  formatDuration,
  formatLimit,
  formatLocal,
  formatRelative,
  formatUtc,
  formatUtcClock,
  toInstant,
} from "#components/ui/format-time.ts";

const at = Date.parse("2026-11-21T03:42:10.900Z");

describe("a duration", () => {
  it.each([
    [0, "0 s"],
    [8.9, "8 s"],
    [59.999, "59 s"],
    [60, "1 m 00 s"],
    [252, "4 m 12 s"],
    [3599, "59 m 59 s"],
    [3600, "1 h 00 m"],
    [7500, "2 h 05 m"],
    [86400 * 3 + 4 * 3600, "3 d 04 h"],
    [-5, "0 s"],
    [Number.NaN, "not known"],
  ])("of %s seconds reads %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [600, "10 m"],
    [90, "90 s"],
    [45, "45 s"],
    [120, "2 m"],
    [150, "2 m 30 s"],
    [7200, "2 h"],
    [5400, "1 h 30 m"],
    [86400, "1 d"],
  ])("as a limit of %s seconds reads %s", (seconds, text) => {
    expect(formatLimit(seconds)).toBe(text);
  });
});

describe("a moment", () => {
  it("is told relative to now, in both directions", () => {
    expect(formatRelative(at, at + 3000)).toBe("just now");
    expect(formatRelative(at, at + 48_000)).toBe("48 s ago");
    expect(formatRelative(at, at + 150_000)).toBe("2 min ago");
    expect(formatRelative(at, at - 3_600_000)).toBe("in 1 h");
    expect(formatRelative(at, at + 3 * 86_400_000)).toBe("3 d ago");
  });

  it("is told exactly in UTC and in a zone", () => {
    expect(formatUtc(at)).toBe("2026-11-21 03:42:10 UTC");
    expect(formatUtcClock(at)).toBe("03:42:10");
    expect(formatUtcClock(at, false)).toBe("03:42");
    expect(formatLocal(at, "Europe/Berlin")).toMatchObject({ date: "2026-11-21", clock: "04:42:10" });
  });

  it("is null where the text is no time", () => {
    expect(toInstant("soon")).toBeNull();
    expect(toInstant(null)).toBeNull();
    expect(toInstant("2026-11-21T03:42:10.900Z")).toBe(at);
  });
});

it("names a day shortly, in the zone asked for", () => {
  const at = Date.parse("2026-11-21T23:30:00Z");
  expect(formatDay(at, "UTC")).toBe("Sat 21 Nov");
  expect(formatDay(at, "Europe/Berlin")).toBe("Sun 22 Nov");
});
