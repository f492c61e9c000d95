import { describe, expect, it } from "vitest";
import { answersOf, questionsOf } from "#components/wizard/answers.ts";
import { questionGroups } from "#components/wizard/question-groups.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";

const yesNo = (id: string): FactDefinition => ({ id, type: "yes_no", question: `${id}?`, source: "S" });
const row = (fact: string) => ({
  id: `on-${fact.replaceAll("_", "-")}`,
  rank: 10,
  when: { fact, is: true },
  verdict: "rollback" as const,
  severity: "P0" as const,
  window: null,
  deadlineMinutes: null,
  procedures: [],
  because: "B",
  source: "S",
});
const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, nth) => `${prefix}_${nth}`);
const facts = [...named("first", 6), ...named("second", 5), "simple_fix", "note"];
const matrices: Playbook["matrices"] = [
  { id: "one", title: "One", source: "S", rows: named("first", 6).map(row) },
  { id: "two", title: "Two", source: "S", rows: [...named("second", 5), "first_0"].map(row) },
  {
    id: "hotfix",
    title: "Roll back or hotfix",
    source: "S",
    refines: { verdicts: ["rollback"], severities: ["P0", "P1"] },
    rows: [row("simple_fix")],
  },
];
const questions = questionsOf(answersOf(facts.map(yesNo), {}, { facts: {}, measuredAt: {} }, 0));
const groupsFor = (verdict: "rollback" | "monitor", severity: "P0" | "P2" = "P0") =>
  questionGroups({ matrices }, questions, { verdict, severity });

describe("The questions of a long playbook", () => {
  it("stand once each, under the table that asks them first, in the playbook's order", () => {
    const groups = groupsFor("rollback");
    expect(groups.map((group) => [group.title, group.questions.length])).toEqual([
      ["One", 6],
      ["Two", 5],
      ["Roll back or hotfix", 1],
      ["For the record", 1],
    ]);
    const ids = groups.flatMap((group) => group.questions.map((one) => one.answer.definition.id));
    expect(ids).toEqual(facts);
  });

  it("wait where a table only refines a verdict that has not been reached", () => {
    const waiting = (groups: ReturnType<typeof groupsFor>) =>
      groups.filter((group) => group.waitsFor !== null).map((group) => group.id);
    expect(waiting(groupsFor("monitor"))).toEqual(["hotfix"]);
    expect(waiting(groupsFor("rollback", "P2"))).toEqual(["hotfix"]);
    expect(waiting(groupsFor("rollback"))).toEqual([]);
  });

  it("need no headings while they are few and all count", () => {
    const few = questionGroups({ matrices }, questions.slice(0, 4), { verdict: "monitor", severity: "P3" });
    expect(few.map((group) => [group.title, group.questions.length])).toEqual([["", 4]]);
  });
});
