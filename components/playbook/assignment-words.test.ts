import { expect, it } from "vitest";
import { assignmentWords } from "#components/playbook/assignment-words.ts";

it("says nothing where there is nothing to reckon with", () => {
  expect(assignmentWords({ open: [], uncovered: [], automatic: null })).toEqual([]);
});

it("names what keeps its playbook, what nothing takes back, and what acts by itself", () => {
  expect(
    assignmentWords({
      open: ["INC-3"],
      uncovered: ["knowledge_base", "ui"],
      automatic: { triggers: 1, environments: ["production"] },
    }),
  ).toEqual([
    "INC-3 keeps the playbook that it began with.",
    "No procedure of it takes back knowledge base, ui, which this service has.",
    "Automatic rollback is on in production: one trigger of it may roll back there.",
  ]);
  const many = { open: ["INC-3", "RB-4"], uncovered: [], automatic: null };
  expect(assignmentWords(many)).toEqual(["INC-3, RB-4 keep the playbook that they began with."]);
});
