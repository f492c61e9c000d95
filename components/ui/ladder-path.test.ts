import { describe, expect, it } from "vitest";
import { ladderPath, ladderSentence, whyNotTarget, type Rung } from "#components/ui/ladder-path.ts";

const rung = (version: string, more: Partial<Rung> = {}): Rung => ({
  id: version,
  version,
  deployedAt: "2026-11-20T10:00:00Z",
  isRunning: false,
  isKnownGood: true,
  ...more,
});
const rungs = [
  rung("2.5.0", { quarantine: "5xx on checkout", brought: ["migration 0044"] }),
  rung("2.4.1", { isRunning: true, isKnownGood: false, brought: ["migration 0043", "2 configuration keys"] }),
  rung("2.4.0", { isKnownGood: false, brought: ["2 configuration keys"] }),
  rung("2.3.0"),
  rung("2.2.0"),
];

describe("the way down the ladder", () => {
  it("starts at the running version, passes what lies between and ends at the target", () => {
    expect(ladderPath(rungs, "2.3.0")).toEqual({
      direction: "down",
      places: ["off", "from", "between", "to", "off"],
      crossed: ["migration 0043", "2 configuration keys"],
      leaves: ["2.4.1", "2.4.0"],
    });
  });

  it("leads up where the target is newer, and leaves nothing behind", () => {
    expect(ladderPath(rungs, "2.5.0")).toMatchObject({
      direction: "up",
      crossed: ["migration 0044"],
      leaves: [],
    });
  });

  it("is nowhere without a target, without a running version, or to the running version itself", () => {
    expect(ladderPath(rungs, null).direction).toBe("none");
    expect(ladderPath(rungs, "2.4.1").places).toEqual(["off", "from", "off", "off", "off"]);
    expect(ladderPath(rungs.slice(2), "2.3.0").direction).toBe("none");
    expect(ladderPath([], "2.3.0").places).toEqual([]);
  });

  it("is told in one sentence", () => {
    expect(ladderSentence(rungs, "2.3.0")).toBe(
      "From 2.4.1 down to 2.3.0, past 1 version. Left behind: migration 0043, 2 configuration keys.",
    );
    expect(ladderSentence(rungs, null)).toMatch(/^Choose a known good version/);
  });
});

describe("a rung", () => {
  it("says why it cannot be the target", () => {
    expect(rungs.map(whyNotTarget)).toEqual([
      "Quarantined: 5xx on checkout",
      "Running now",
      "Not known to be good",
      null,
      null,
    ]);
    expect(whyNotTarget(rung("1.0.0", { unavailable: "Its image is gone" }))).toBe("Its image is gone");
  });
});
