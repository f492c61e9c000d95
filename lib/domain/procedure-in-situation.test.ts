import { describe, expect, it } from "vitest";
import { planOf, plannedOperations, stepNames } from "#lib/domain/build-plan.fixture.ts";
import type { Facts } from "#lib/domain/incident.ts";
import { smallDocument, smallPlaybook } from "#lib/domain/playbook.fixture.ts";

const [back] = smallDocument.procedures;
if (!back) throw new Error("The small playbook has a procedure.");
const step = (operation: string, more: object = {}) => ({
  id: operation,
  title: operation,
  component: "code" as const,
  operations: [operation],
  source: "S",
  ...more,
});
const playbook = smallPlaybook({
  procedures: [
    {
      ...back,
      phases: {
        execution: [
          step("switch"),
          step("restart", { onlyWhen: { fact: "outage", is: true } }),
          { id: "ask", title: "Ask", hold: true, onlyWhen: { fact: "errors", above: 50 }, source: "S" },
          step("clean"),
        ],
      },
    },
  ],
});
const planned = plannedOperations("code", "execution", ["clean", "restart", "switch"]);
const planFor = (facts: Facts | null) => planOf(playbook, "back", planned, { facts });
const holdsOf = (facts: Facts | null) =>
  planFor(facts)
    .phases.flatMap((phase) => phase.steps)
    .flatMap((one) => ("hold" in one ? [one.operation] : []));

describe("A step that only some situations call for", () => {
  it("stands in the plan where its fact holds, where nobody has answered it, and where nothing is known", () => {
    const all = stepNames(planFor({ outage: true }));
    expect(all).toHaveLength(3);
    expect(stepNames(planFor({}))).toEqual(all);
    expect(stepNames(planFor(null))).toEqual(all);
  });

  it("is left out where its fact does not hold, and the plan says what it will not do", () => {
    const plan = planFor({ outage: false });
    expect(stepNames(plan).some((name) => name.includes("restart"))).toBe(false);
    expect(stepNames(plan)).toHaveLength(2);
    expect(plan.notReverted.map((one) => one.what)).toContain("restart code");
  });

  it("does not make anybody wait where it is not called for", () => {
    expect(holdsOf({ errors: 60 })).toEqual(["clean"]);
    expect(holdsOf({ errors: 50 })).toEqual([]);
  });
});
