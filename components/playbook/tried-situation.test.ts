import { describe, expect, it } from "vitest";
import { situationIn, triedPlaces, withSituation } from "#components/playbook/tried-situation.ts";
import { smallPlaybook } from "#lib/domain/playbook.fixture.ts";

const nothing = { answers: {}, place: "production-protected", severity: null };

describe("A situation in an address", () => {
  it("comes back as it was typed, and leaves the rest of the address alone", () => {
    const situation = {
      answers: { error_rate: "12,5 %", symptom: "slow", place: "x" },
      place: "staging-unprotected",
      severity: "P1" as const,
    };
    const address = withSituation(new URLSearchParams("version=3&with=2&fact.old=1&severity=P0"), situation);
    expect(address.get("version")).toBe("3");
    expect(address.get("with")).toBe("2");
    expect(situationIn(new URLSearchParams(address.toString()))).toEqual(situation);
  });

  it("says nothing where nothing is known", () => {
    expect(withSituation(new URLSearchParams(), { ...nothing, answers: { error_rate: "" } }).toString()).toBe(
      "",
    );
    expect(situationIn(new URLSearchParams("severity=P9&other=1"))).toEqual(nothing);
  });

  it("is not read beyond what an answer can be", () => {
    expect(situationIn(new URLSearchParams({ "fact.a": "x".repeat(501) })).answers).toEqual({});
  });
});

describe("Where a situation may be", () => {
  it("is a protected or an unprotected environment, or one that a rule names", () => {
    const { authority } = smallPlaybook();
    const rules = authority.rules.map((rule) => ({ ...rule, named: ["production", "canary"] }));
    expect(triedPlaces({ authority: { ...authority, rules } }).map((one) => one.label)).toEqual([
      "production, protected",
      "staging, unprotected",
      "production, unprotected",
      "canary, protected",
      "canary, unprotected",
    ]);
  });
});
