import { describe, expect, it } from "vitest";
import { compareVersions, fits } from "#lib/domain/version-range.ts";

describe("A version in a range", () => {
  it.each([
    ["2.0.0", "2.x", true],
    ["2.14.3", "2.x", true],
    ["2", "2.x", true],
    ["20.1.0", "2.x", false],
    ["1.9.9", "2.x", false],
    ["2.3.7", "2.3.*", true],
    ["2.4.0", "2.3.x", false],
    ["1.2.3", "1.x.x", true],
    ["7.7.7", "*", true],
    ["7.7.7", "", true],
    ["1.4.0", ">=1.4.0 <2.0.0", true],
    ["1.99.0", ">=1.4.0 <2.0.0", true],
    ["2.0.0", ">=1.4.0 <2.0.0", false],
    ["1.3.9", ">=1.4.0 <2.0.0", false],
    ["1.5.0", ">= 1.4.0, < 2.0.0", true],
    ["1.4.1", ">1.4.0", true],
    ["1.4.0", ">1.4.0", false],
    ["1.4.0", "<=1.4.0", true],
    ["1.10.0", ">=1.9.0", true],
    ["1.2.3", "1.2.3", true],
    ["1.2.4", "=1.2.3", false],
    ["1.4", "1.4.0", true],
    ["1.9.0", "^1.4.0", true],
    ["2.0.0", "^1.4.0", false],
    ["0.3.0", "^0.2.1", false],
    ["1.4.9", "~1.4.2", true],
    ["1.5.0", "~1.4.2", false],
    ["1.4.0", "1.2.0 - 1.9.0", true],
    ["1.9.1", "1.2.0 - 1.9.0", false],
    ["3.1.0", "1.x || 3.x", true],
    ["2.1.0", "1.x || 3.x", false],
  ])("%s in %j: %s", (version, range, answer) => {
    expect(fits(version, range)).toBe(answer);
  });

  it.each([
    ["v1.5.0", ">=1.4.0", true],
    ["1.5.0", ">=v1.4.0", true],
    ["V2.1.0", "v2.x", true],
    ["v1.2.3", "1.2.3", true],
  ])("%s in %j, whoever wrote the v: %s", (version, range, answer) => {
    expect(fits(version, range)).toBe(answer);
  });

  it.each([
    ["1.4.0-rc.1", ">=1.4.0", false],
    ["1.4.0-rc.1", ">=1.4.0-beta.2", true],
    ["1.5.0-rc.1", ">=1.4.0 <2.0.0", true],
    ["2.0.0-rc.1", ">=1.4.0 <2.0.0", false],
    ["2.0.0-rc.1", "<2.0.0-rc.2", true],
    ["2.0.0-rc.1", "<=2.0.0", true],
    ["2.0.0-rc.1", "2.x", true],
    ["1.2.3+build.7", "1.2.3", true],
  ])("of the pre-release %s in %j: %s", (version, range, answer) => {
    expect(fits(version, range)).toBe(answer);
  });

  it.each([
    ["1.2.3.4", ">=1.2.3.4", true],
    ["1.2.3.10", ">1.2.3.9", true],
    ["1.2.3.4", "1.2.x", true],
    ["1.2.3.0", "1.2.3", true],
    ["1.2.3.1", "1.2.3", false],
  ])("of four parts, %s in %j: %s", (version, range, answer) => {
    expect(fits(version, range)).toBe(answer);
  });

  it.each([
    ["2026.11.21", ">=2026.9.1", true],
    ["2026-11-21", ">=2026-09-01", true],
    ["2026-11-21", "<2026-11-03", false],
    ["2026-11-21.2", ">2026-11-21", true],
    ["20261121", ">=20260901", true],
    ["20261121093000", "<20261121", false],
    ["2026.11.21", "2026.x", true],
  ])("that is a date, %s in %j: %s", (version, range, answer) => {
    expect(fits(version, range)).toBe(answer);
  });

  it.each([
    ["3f9d2c1", ">=1.4.0"],
    ["3f9d2c1", "1.4.0"],
    ["1234567", ">=1.4.0"],
    ["9b2e6a1f0c4d5e8b7a6c3d2e1f0a9b8c7d6e5f4a", "2.x"],
    ["1.4.0", "3f9d2c1"],
    ["latest", ">=1.4.0"],
    ["release-1.4.0", ">=1.4.0"],
    ["1.5.0", "from 1.4 on"],
    ["1.4.0", "about 1.4"],
    ["latest", "<latest"],
  ])("cannot be told of %s in %j", (version, range) => {
    expect(fits(version, range)).toBeNull();
  });

  it("is told of a hash where the range is that hash, or any version", () => {
    expect(fits("3f9d2c1", "3f9d2c1")).toBe(true);
    expect(fits("3f9d2c1", "*")).toBe(true);
    expect(fits("3f9d2c1", "1.x || 3f9d2c1")).toBe(true);
  });

  it("cannot be told where one part of the range is not understood, whatever the others say", () => {
    expect(fits("1.0.0", ">=1.4.0 <latest")).toBeNull();
  });
});

describe("The order of versions", () => {
  it("is that of their numbers, with a pre-release before its release", () => {
    const shuffled = ["1.10.0", "1.2.0", "1.2.0-rc.10", "1.2.0-rc.2", "1.2.0-alpha", "1.2.0.1", "v1.9"];
    const sorted = shuffled.toSorted((a, b) => compareVersions(a, b) ?? Number.NaN);
    expect(sorted).toEqual([
      "1.2.0-alpha",
      "1.2.0-rc.2",
      "1.2.0-rc.10",
      "1.2.0",
      "1.2.0.1",
      "v1.9",
      "1.10.0",
    ]);
  });

  it("is not known of what is no row of numbers", () => {
    expect(compareVersions("3f9d2c1", "1.2.0")).toBeNull();
    expect(compareVersions("3f9d2c1", "3f9d2c1")).toBe(0);
  });
});
