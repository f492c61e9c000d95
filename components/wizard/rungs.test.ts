import { describe, expect, it } from "vitest";
import { differences, ladderOf, leftBehind } from "#components/wizard/rungs.ts";
import type { DeploymentView, PinView } from "#lib/domain/view.ts";

const row = (version: string, day: number, more: Partial<DeploymentView> = {}): DeploymentView => ({
  id: `dep_${version}_${day}`,
  service: "shop",
  environment: "production",
  version,
  deployedAt: `2026-03-${String(day).padStart(2, "0")}T10:00:00.000Z`,
  deployedBy: "ci",
  strategy: "blue-green",
  knownGood: true,
  knownGoodReason: null,
  notes: null,
  pinned: false,
  current: false,
  rollback: null,
  commit: null,
  imageDigest: null,
  configurationRevision: null,
  migrationHead: null,
  backup: null,
  ...more,
});
const pin: PinView = {
  id: "pin_1",
  service: "shop",
  environment: "production",
  version: "2.2.0",
  reason: "Rolled back in RB-3.",
  rollback: null,
  createdBy: "Olivia",
  createdAt: "2026-03-01T10:00:00.000Z",
  releasedAt: null,
};
const history = [
  row("2.4.0", 9, { current: true, knownGood: false, migrationHead: "0004", configurationRevision: "c4" }),
  row("2.3.0", 7, { migrationHead: "0003", configurationRevision: "c3" }),
  row("2.2.0", 5, { migrationHead: "0003" }),
  row("2.1.0", 3, { knownGood: null }),
  row("2.3.0", 2),
];

describe("the ladder of a rollback", () => {
  const ladder = ladderOf(history, [pin]);
  it("has one rung for each version, newest first", () => {
    expect(ladder.rungs.map((rung) => rung.version)).toEqual(["2.4.0", "2.3.0", "2.2.0", "2.1.0"]);
  });
  it("offers the newest known good version and withholds the rest with a reason", () => {
    expect(ladder.default).toBe("2.3.0");
    expect(ladder.targets.map((target) => target.version)).toEqual(["2.3.0"]);
    expect(ladder.rungs.map((rung) => rung.unavailable)).toEqual([
      null,
      null,
      "2.2.0 is quarantined here.",
      "2.1.0 was never judged good here.",
    ]);
    expect(ladder.rungs[2]?.quarantine).toBe("Rolled back in RB-3.");
  });
  it("says what a release brought beside its code", () => {
    expect(ladder.rungs[0]?.brought).toEqual(["migration 0004", "configuration c4"]);
    expect(ladder.rungs[2]?.brought).toEqual(["migration 0003"]);
  });
  it("offers nothing where nothing is known to be good", () => {
    const none = ladderOf(history.slice(0, 1), []);
    expect(none.default).toBeNull();
    expect(none.targets).toEqual([]);
  });
});

describe("what lies between two versions", () => {
  it("is what is recorded of either, the same or not", () => {
    const [from, to] = [
      row("2", 2, { commit: "aaa", backup: "b1" }),
      row("1", 1, { commit: "bbb", backup: "b1" }),
    ];
    expect(differences(from, to)).toEqual([
      { title: "Commit", from: "aaa", to: "bbb", isSame: false },
      { title: "Backup", from: "b1", to: "b1", isSame: true },
    ]);
  });
});

describe("What goes with a version", () => {
  it("is every version that was deployed after the one gone back to, once each", () => {
    const target = history.find((one) => one.version === "2.2.0");
    if (!target) throw new Error("gone");
    expect(leftBehind(history, target)).toEqual(["2.4.0", "2.3.0"]);
    expect(leftBehind([...history, row("2.2.0", 8), row("2.4.0", 6)], target)).toEqual(["2.4.0", "2.3.0"]);
    expect(leftBehind([target], target)).toEqual([]);
  });
});
