import { expect, it } from "vitest";
import { assignmentEffect } from "#lib/domain/assignment-effect.ts";
import { smallPlaybook } from "#lib/domain/playbook.fixture.ts";

const place = { name: "production", automaticRollback: true, components: ["code"] } as const;
const trigger = {
  id: "errors",
  title: "Errors",
  condition: { fact: "errors", above: 5 },
  severity: "P1",
  urgency: "high",
  because: "Because.",
  source: "Section",
} as const;
const withAction = (action: "propose" | "roll_back") => smallPlaybook({ triggers: [{ ...trigger, action }] });

it("a service whose components a playbook covers has nothing to reckon with", () => {
  expect(assignmentEffect(withAction("propose"), [place])).toEqual({ uncovered: [], automatic: null });
});

it("components that no procedure takes back are named once", () => {
  const places = [
    { ...place, components: ["code", "ui"] as const },
    { ...place, components: ["ui", "database"] as const },
  ];
  expect(assignmentEffect(smallPlaybook(), places).uncovered).toEqual(["ui", "database"]);
});

it("triggers that roll back by themselves count only where that is turned on", () => {
  const staging = { ...place, name: "staging", automaticRollback: false };
  expect(assignmentEffect(withAction("roll_back"), [place, staging]).automatic).toEqual({
    triggers: 1,
    environments: ["production"],
  });
  expect(assignmentEffect(withAction("roll_back"), [staging]).automatic).toBeNull();
});
