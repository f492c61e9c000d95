import { describe, expect, it } from "vitest";
import { checklistItems, checklistTitles } from "#lib/domain/checklist-items.ts";
import { smallDocument, smallPlaybook } from "#lib/domain/playbook.fixture.ts";
import type { Component } from "#lib/domain/service.ts";

const source = "Section";
const common = { required: true, advice: "Do it.", source } as const;
const playbook = smallPlaybook({
  checklists: [
    {
      id: "ready",
      title: "Ready",
      about: "readiness",
      gate: "submit",
      minutes: 2,
      source,
      items: [
        { ...common, id: "told", title: "Told", kind: "manual", help: "Who.", overrideRole: "admin" },
        { ...common, id: "dump", title: "Dump", kind: "manual", components: ["database"] },
      ],
    },
    {
      id: "later",
      title: "Later",
      about: "follow_up",
      gate: "after",
      source,
      items: [{ ...common, id: "proved", title: "Proved", kind: "automatic", check: "verification_passed" }],
    },
    {
      id: "drilled",
      title: "Drilled",
      about: "drill",
      gate: "drill",
      source,
      items: [{ ...common, id: "timed", title: "Timed", kind: "manual" }],
    },
  ],
  procedures: smallDocument.procedures.map((procedure) => ({
    ...procedure,
    prerequisites: [
      "A person looked.",
      { title: "Targets answer", check: "targets_ready", advice: "Start them." },
    ],
  })),
  validation: [
    { id: "works", title: "Works", expect: "It answers", by: { kind: "manual" }, source },
    { id: "proof", title: "Proof", expect: "Proved", by: { kind: "evidence" }, source },
  ],
});
const items = (scope: Component[] = ["code"], drill = false) =>
  checklistItems(playbook, { procedure: "back", scope, drill });

describe("The items of a rollback", () => {
  it("are those of its scope, gate by gate, then what the procedure needs, then what must be true afterwards", () => {
    expect(items().map(({ id, checklist, gate }) => [id, checklist, gate])).toEqual([
      ["told", "ready", "submit"],
      ["proved", "later", "after"],
      ["prerequisites:back:1", "prerequisites", "submit"],
      ["prerequisites:back:2", "prerequisites", "submit"],
      ["validation:works", "validation", "validation"],
      ["validation:proof", "validation", "validation"],
    ]);
    expect(items(["database"]).map(({ id }) => id)).toContain("dump");
  });

  it("hold a drill's own list in drills alone", () => {
    expect(items(["code"], true).map(({ id }) => id)).toContain("timed");
    expect(items().map(({ id }) => id)).not.toContain("timed");
  });

  it("carry their help and who may override them; where nobody is named, nobody may", () => {
    const [told, proved] = items();
    expect(told).toMatchObject({ help: "Who.", overrideRole: "admin", by: { kind: "person" } });
    expect(proved).toMatchObject({ overrideRole: null, by: { kind: "check", check: "verification_passed" } });
  });

  it("make every condition of the procedure a required one: checked where a check is named, else ticked", () => {
    expect(items().filter(({ checklist }) => checklist === "prerequisites")).toMatchObject([
      { title: "A person looked.", required: true, overrideRole: null, by: { kind: "person" } },
      { title: "Targets answer", required: true, advice: "Start them.", by: { check: "targets_ready" } },
    ]);
    expect(checklistItems(playbook, { procedure: "none", scope: ["code"], drill: false })).toHaveLength(4);
  });

  it("hold nothing up by what must be true afterwards", () => {
    const points = items().filter(({ gate }) => gate === "validation");
    expect(points.map(({ required, by }) => [required, by.kind])).toEqual([
      [false, "person"],
      [false, "point"],
    ]);
  });

  it("stand in lists with a title, and a time where the document gives one", () => {
    expect(checklistTitles(playbook, "back")).toEqual([
      { id: "ready", title: "Ready", gate: "submit", minutes: 2 },
      { id: "later", title: "Later", gate: "after", minutes: null },
      { id: "drilled", title: "Drilled", gate: "drill", minutes: null },
      { id: "prerequisites", title: "What “Back” needs", gate: "submit", minutes: null },
      { id: "validation", title: "Is it right again?", gate: "validation", minutes: null },
    ]);
  });
});
