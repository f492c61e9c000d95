import { expect, it } from "vitest";
import { laneStarts } from "#components/rollback/lane-starts.ts";
import { plan, planStep } from "#components/rollback/rollback.fixture.ts";
import type { Plan } from "#lib/domain/plan.ts";

const together: Plan = {
  ...plan,
  service: "billing",
  from: "2.0.0",
  to: "1.9.0",
  lanes: ["shop", "billing", "idle"],
  members: ["shop", "idle"].map((service) => ({
    service,
    from: "2.4.0",
    to: "2.3.0",
    scope: ["code" as const],
    playbook: { id: "plays", version: 1 },
    procedure: "back",
    allow: [],
    because: `${service} needs billing 2.x; 1.9.0 is not that.`,
  })),
  phases: [
    { id: "validation", title: "Validation", steps: [{ ...planStep("look"), service: "shop" }] },
    {
      id: "execution",
      title: "Execution",
      steps: [
        { ...planStep("shop.switch"), service: "shop" },
        { ...planStep("shop.check"), service: "shop" },
        planStep("switch"),
      ],
    },
    { id: "verification", title: "Verification", steps: [{ ...planStep("shop.verify"), service: "shop" }] },
  ],
};

it("says with which step of the execution each service's part begins", () => {
  expect([...laneStarts(together)]).toEqual([
    [
      "shop.switch",
      {
        service: "shop",
        number: 1,
        of: 3,
        from: "2.4.0",
        to: "2.3.0",
        because: "shop needs billing 2.x; 1.9.0 is not that.",
      },
    ],
    ["switch", { service: "billing", number: 2, of: 3, from: "2.0.0", to: "1.9.0", because: null }],
  ]);
});

it("is empty where one service moves alone", () => {
  expect(laneStarts(plan).size).toBe(0);
});
