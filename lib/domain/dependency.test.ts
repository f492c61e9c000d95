import { describe, expect, it } from "vitest";
import {
  dependencyFindings,
  whyItMoves,
  type Dependency,
  type DependencyParty,
} from "#lib/domain/dependency.ts";

const hour = 3_600_000;
/** `history` as "2.3.0@0 2.4.0@5": deployed at hour 0 and at hour 5; the last one runs. */
function party(service: string, history: string, more: Partial<DependencyParty> = {}): DependencyParty {
  const deployments = history
    .split(" ")
    .filter(Boolean)
    .map((text) => {
      const [version = "", at = "0"] = text.split("@");
      return { version, deployedAt: new Date(Number(at) * hour) };
    });
  const current = deployments.at(-1)?.version ?? null;
  const knownGood = deployments
    .map((row) => row.version)
    .filter((version) => version !== current)
    .toReversed();
  return { service, name: service, isHidden: false, current, to: null, deployments, knownGood, ...more };
}
const needs = (consumer: string, provider: string, versions: string | null): Dependency => ({
  consumer,
  provider,
  versions,
});

const shop = party("shop", "2.3.0@0 2.4.0@100");
const billing = party("billing", "1.9.0@0 2.0.0@100");
const one = (service: string, parties: DependencyParty[], dependencies: Dependency[]) => {
  const [finding, ...rest] = dependencyFindings(service, parties, dependencies);
  if (!finding || rest.length > 0) throw new Error("There is not exactly one finding.");
  return finding;
};

describe("What a service needs", () => {
  it.each([
    [">=2.0.0", "compatible", "shop needs billing >=2.0.0; 2.0.0 is that."],
    ["1.x", "incompatible", "shop needs billing 1.x; 2.0.0 is not that."],
    ["the new one", "unknown", "shop needs billing the new one; whether 2.0.0 is that cannot be told."],
    [null, "compatible", "shop names no range for billing."],
  ])("in the range %j is %s", (versions, verdict, why) => {
    const finding = one("shop", [shop, billing], [needs("shop", "billing", versions)]);
    expect(finding).toMatchObject({ direction: "depends_on", service: "billing", version: "2.0.0" });
    expect(finding).toMatchObject({ verdict, why });
  });

  it("is unknown where nobody recorded what runs there", () => {
    const finding = one("shop", [shop, party("billing", "")], [needs("shop", "billing", "1.x")]);
    expect(finding).toMatchObject({ verdict: "unknown", version: null, mustMove: false, candidates: [] });
    expect(finding.why).toBe("shop needs billing 1.x; which version of it runs here is not known.");
  });

  it("must move where it does not fit, to a known good version in the range", () => {
    const many = party("billing", "0.9.0@0 1.8.0@10 1.9.0@20 2.0.0@100");
    const finding = one("shop", [{ ...shop, to: "2.3.0" }, many], [needs("shop", "billing", "1.x")]);
    expect(finding).toMatchObject({ verdict: "incompatible", mustMove: true });
    // 0.9.0 is outside the range, but 2.3.0 ran beside it for ten hours.
    expect(finding.candidates).toEqual(["1.9.0", "1.8.0", "0.9.0"]);
  });

  it("offers what cannot be told, and never what is outside the range and was never seen beside it", () => {
    const hashes = party("billing", "0.9.0@-50 3f9d2c1@-40 1.9.0@-20 2.0.0@-10");
    const finding = one("shop", [shop, hashes], [needs("shop", "billing", "1.x")]);
    expect(finding.candidates).toEqual(["1.9.0", "3f9d2c1"]);
  });
});

describe("Who needs a service", () => {
  it.each([
    ["1.9.0", "2.x", "incompatible"],
    ["1.9.0", ">=1.5.0", "compatible"],
    ["3f9d2c1", ">=1.5.0", "unknown"],
  ])("when it goes to %s and they need %s: %s", (to, versions, verdict) => {
    const finding = one("billing", [shop, { ...billing, to }], [needs("shop", "billing", versions)]);
    expect(finding).toMatchObject({
      direction: "depended_on_by",
      service: "shop",
      version: "2.4.0",
      verdict,
    });
  });

  it("must move to any known good version, first those that ran beside the one it goes to", () => {
    const many = party("shop", "2.1.0@-90 2.2.0@0 2.3.0@200 2.4.0@300");
    const parties = [many, { ...billing, to: "1.9.0" }];
    const finding = one("billing", parties, [needs("shop", "billing", ">=2.0.0")]);
    expect(finding).toMatchObject({ verdict: "incompatible", mustMove: true });
    expect(finding.candidates).toEqual(["2.2.0", "2.3.0", "2.1.0"]);
  });
});

describe("Services that move together", () => {
  const range = [needs("shop", "billing", ">=2.0.0")];

  it("are judged where they will be", () => {
    const parties = [
      { ...shop, to: "2.3.0" },
      { ...billing, to: "2.1.0" },
    ];
    expect(one("shop", parties, range)).toMatchObject({ verdict: "compatible", version: "2.1.0" });
    expect(one("billing", parties, range)).toMatchObject({ verdict: "compatible", version: "2.3.0" });
  });

  it("suit each other where they ran together before, whatever the range of the version that leaves", () => {
    const parties = [
      { ...shop, to: "2.3.0" },
      { ...billing, to: "1.9.0" },
    ];
    const finding = one("billing", parties, range);
    expect(finding).toMatchObject({ verdict: "compatible", mustMove: false });
    expect(finding.why).toBe("shop 2.3.0 and billing 1.9.0 ran here together before.");
  });

  it("do not where they met only while a release was being deployed", () => {
    const early = party("billing", "1.9.0@0 2.0.0@99.6 2.1.0@300");
    const parties = [
      { ...shop, to: "2.3.0" },
      { ...early, to: "2.0.0" },
    ];
    const finding = one("shop", parties, [needs("shop", "billing", "1.x")]);
    expect(finding).toMatchObject({ verdict: "incompatible", mustMove: false });
  });

  it("do not where only the provider moves: the range is that of what runs", () => {
    const old = party("shop", "2.4.0@0");
    const parties = [old, { ...billing, to: "1.9.0" }];
    expect(one("billing", parties, range)).toMatchObject({ verdict: "incompatible", mustMove: true });
  });

  it("say which dependency makes each move", () => {
    const parties = [
      { ...shop, to: "2.3.0" },
      { ...billing, to: "1.9.0" },
    ];
    expect(whyItMoves("shop", parties, range)).toBe("shop needs billing >=2.0.0; 1.9.0 is not that.");
    const upper = [needs("shop", "billing", "1.x")];
    expect(whyItMoves("billing", parties, upper)).toBe("shop needs billing 1.x; 2.0.0 is not that.");
  });

  it("say so where none does, not even one of a service that stays", () => {
    const parties = [{ ...shop, to: "2.3.0" }, { ...billing, to: "1.9.0" }, party("mail", "1.0.0@0")];
    const asked = "It was asked for; no recorded dependency makes it move.";
    expect(whyItMoves("billing", parties, [])).toBe(asked);
    expect(whyItMoves("billing", parties, [needs("billing", "mail", "2.x")])).toBe(asked);
  });
});

describe("A service that the reader may not read", () => {
  const hidden = { ...billing, isHidden: true };

  it.each([
    ["1.x", "incompatible", "shop needs another version of a service you cannot read."],
    ["2.x", "compatible", "It suits a service you cannot read."],
    ["latest", "unknown", "Whether a service you cannot read bears it is not known."],
  ])("is not named, nor its versions, where the verdict on %s is %s", (versions, verdict, why) => {
    expect(one("shop", [shop, hidden], [needs("shop", "billing", versions)])).toEqual({
      service: null,
      name: "a service you cannot read",
      direction: "depends_on",
      versions: null,
      version: null,
      verdict,
      why,
      mustMove: verdict === "incompatible",
      candidates: [],
    });
  });

  it("is not named where it is the one that needs this one", () => {
    const parties = [shop, { ...hidden, to: null }];
    const finding = one("shop", parties, [needs("billing", "shop", "3.x")]);
    expect(finding.why).toBe("A service you cannot read needs another version of shop.");
    expect(JSON.stringify(finding)).not.toContain("billing");
  });
});
