import { describe, expect, it } from "vitest";
import { chooseTarget, offeredTargets, type HistoryRow } from "#lib/domain/known-good.ts";

let day = 0;
const deployed = (version: string, knownGood: boolean | null): HistoryRow => ({
  id: `dep_${String(++day).padStart(3, "0")}`,
  version,
  knownGood,
  knownGoodReason: null,
  deployedAt: new Date(Date.UTC(2026, 0, day)),
  strategy: null,
  commit: null,
  imageDigest: null,
  configurationRevision: null,
  migrationHead: null,
  backup: null,
});
const rows = [
  deployed("1.0.0", true),
  deployed("1.1.0", true),
  deployed("1.2.0", null),
  deployed("1.3.0", false),
  deployed("1.4.0", true),
  deployed("1.5.0", null),
];
const history = { deployments: rows, pinned: ["1.4.0"], current: "1.5.0" };

describe("The versions offered", () => {
  it("are known good, deployed here, not quarantined and not the current one, newest first", () => {
    const { offered, default: first } = offeredTargets(history);
    expect(offered.map((row) => row.version)).toEqual(["1.1.0", "1.0.0"]);
    expect(first).toBe("1.1.0");
  });

  it("come with the reason for each that is withheld", () => {
    expect(offeredTargets(history).withheld.map(({ version, code }) => [version, code])).toEqual([
      ["1.5.0", "INVALID"],
      ["1.4.0", "PINNED"],
      ["1.3.0", "NOT_KNOWN_GOOD"],
      ["1.2.0", "NOT_KNOWN_GOOD"],
    ]);
  });

  it("are none where there is no history", () => {
    expect(offeredTargets({ deployments: [], pinned: [], current: null })).toEqual({
      offered: [],
      default: null,
      withheld: [],
    });
  });
});

describe("A target", () => {
  it.each([
    ["9.9.9", "NEVER_DEPLOYED"],
    ["1.4.0", "PINNED"],
    ["1.3.0", "NOT_KNOWN_GOOD"],
    ["1.2.0", "NOT_KNOWN_GOOD"],
    ["1.5.0", "INVALID"],
  ])("%s is refused with %s", (version, code) => {
    expect(chooseTarget(history, version)).toMatchObject({ ok: false, code });
  });

  it("follows the newest judgement of its version", () => {
    const turned = [deployed("2.0.0", true), deployed("2.0.0", false)];
    expect(chooseTarget({ deployments: turned, pinned: [], current: null }, "2.0.0").ok).toBe(false);
    const later = [...turned, deployed("2.0.0", true), deployed("2.0.0", null)];
    const choice = chooseTarget({ deployments: later.toReversed(), pinned: [], current: null }, "2.0.0");
    expect(choice).toMatchObject({ ok: true, deployment: { id: later[2]?.id } });
  });
});
