import { describe, expect, it } from "vitest";
import { stepHref, trailOf } from "#components/wizard/trail.ts";

const nothing = { incident: null, rollback: null, isPrepared: false };
const declared = { ...nothing, incident: "INC-4" };
const drafted = { ...declared, rollback: "RB-7" };
const states = (...args: Parameters<typeof trailOf>) => trailOf(...args).map((step) => step.state);

describe("the trail of the wizard", () => {
  it("opens nothing before the incident is declared", () => {
    expect(states("situation", nothing)).toEqual(["current", "shut", "shut", "shut"]);
  });
  it("opens the checklist once the plan is prepared", () => {
    expect(states("target", drafted)).toEqual(["done", "current", "open", "shut"]);
    expect(states("plan", { ...drafted, isPrepared: true })).toEqual(["done", "done", "current", "open"]);
  });
  it("gives each step an address that names what it is about", () => {
    expect(stepHref("situation", declared)).toBe("/declare?incident=INC-4");
    expect(stepHref("target", declared)).toBe("/declare/INC-4/target");
    expect(stepHref("plan", drafted)).toBe("/declare/INC-4/plan?rollback=RB-7");
  });
});
