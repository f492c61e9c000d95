import { describe, expect, it } from "vitest";
import { diffPlaybooks, type PartChange } from "#lib/domain/playbook-diff.ts";
import { smallDocument, smallPlaybook } from "#lib/domain/playbook.fixture.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

const before = smallPlaybook();
const main = before.matrices[0];
const row = main?.rows[0];
const back = before.procedures[0];
if (!main || !row || !back) throw new Error("The fixture has a row and a procedure.");

const changes = (after: Playbook): PartChange[] => diffPlaybooks(before, after).parts;
const withRow = (changed: object): Playbook => ({
  ...before,
  matrices: [{ ...main, rows: [{ ...row, ...changed }] }],
});

describe("Two versions of a playbook", () => {
  it("do not differ by their number alone", () => {
    expect(diffPlaybooks(before, smallPlaybook({ version: 9 }))).toEqual({ parts: [], left: 0 });
  });

  it("name a row by its ids, with each field before and after", () => {
    expect(changes(withRow({ deadlineMinutes: 5, because: "Because of this." }))).toEqual([
      {
        kind: "changed",
        section: "matrices",
        part: "matrices.main.rows.errors-high",
        title: "Because of this.",
        fields: [
          { path: "deadlineMinutes", before: 15, after: 5 },
          { path: "because", before: "Because.", after: "Because of this." },
        ],
      },
    ]);
  });

  it("show a condition whole", () => {
    expect(changes(withRow({ when: { fact: "errors", above: 3 } }))[0]?.fields).toEqual([
      { path: "when", before: { fact: "errors", above: 5 }, after: { fact: "errors", above: 3 } },
    ]);
  });

  it("show a value that came, and one that went, as null on the other side", () => {
    expect(changes(withRow({ deadlineMinutes: null }))[0]?.fields).toEqual([
      { path: "deadlineMinutes", before: 15, after: null },
    ]);
  });

  it("name parts that came and went, without the parts within them", () => {
    const other = { ...back, id: "other", title: "Another way" };
    const after = { ...before, procedures: [other], facts: before.facts.slice(0, 3) };
    expect(changes(after).map(({ kind, part, title }) => [kind, part, title])).toEqual([
      ["added", "procedures.other", "Another way"],
      ["removed", "facts.kind", "?"],
      ["removed", "procedures.back", "Back"],
    ]);
  });

  it("tell the order of a list, which can change a plan", () => {
    const second = { ...back, id: "second", title: "Second" };
    const [one, two] = [
      { ...before, procedures: [back, second] },
      { ...before, procedures: [second, back] },
    ];
    expect(diffPlaybooks(one, two).parts).toEqual([
      {
        kind: "changed",
        section: "procedures",
        part: "procedures",
        title: "procedures",
        fields: [{ path: "order", before: ["back", "second"], after: ["second", "back"] }],
      },
    ]);
  });

  it("find a step within its phase", () => {
    const step = back.phases.execution[0];
    const phases = { ...back.phases, execution: [{ ...step, title: "Switch it" }] };
    const after = { ...before, procedures: [{ ...back, phases }] } as Playbook;
    expect(changes(after)).toMatchObject([
      {
        part: "procedures.back.phases.execution.switch",
        title: "Switch it",
        fields: [{ path: "title", before: "Switch", after: "Switch it" }],
      },
    ]);
  });

  it("name severities, authority and the emergency each by itself", () => {
    const rule = before.authority.rules[0];
    const after = smallPlaybook({
      severities: { ...before.severities, P0: { ...before.severities.P0, respondMinutes: 5 } },
      authority: {
        ...before.authority,
        rules: rule ? [{ ...rule, approvals: 2 }] : [],
        emergency: { ...before.authority.emergency, reviewHours: 12 },
      },
    });
    expect(changes(after).map(({ part, fields }) => [part, fields])).toEqual([
      ["severities.P0", [{ path: "respondMinutes", before: null, after: 5 }]],
      ["authority.rules.all", [{ path: "approvals", before: 1, after: 2 }]],
      ["authority.emergency", [{ path: "reviewHours", before: 24, after: 12 }]],
    ]);
  });

  it("tell words at the top, and a chapter that came", () => {
    const postMortem = { dueHours: 24, source: "Section" };
    const after = smallPlaybook({ title: "Smaller", postMortem });
    expect(changes(after)).toMatchObject([
      { kind: "added", section: "postMortem", part: "postMortem" },
      {
        section: "document",
        part: "document",
        fields: [{ path: "title", before: "Small", after: "Smaller" }],
      },
    ]);
    expect(diffPlaybooks(after, before).parts[0]).toMatchObject({ kind: "removed", part: "postMortem" });
  });

  it("keep apart people that share a name and elements without one", () => {
    const contact = (reach: string) => ({ role: "On call", reach });
    const one = smallPlaybook({ contacts: [contact("a"), contact("b")].map(withSource) });
    const two = smallPlaybook({ contacts: [contact("a"), contact("c")].map(withSource) });
    expect(diffPlaybooks(one, two).parts.map(({ kind, part }) => [kind, part])).toEqual([
      ["added", "contacts.On call, c"],
      ["removed", "contacts.On call, b"],
    ]);
    const twice = smallPlaybook({ contacts: [contact("a"), contact("a")].map(withSource) });
    expect(diffPlaybooks(one, twice).parts).toMatchObject([{ kind: "changed", part: "contacts" }]);
  });

  it("are told in bounds, with the count of what is left out", () => {
    const matrices = (count: number) => [
      {
        ...main,
        rows: Array.from({ length: 200 }, (_, at) => ({ ...row, id: `row-${count}-${at}`, rank: at })),
      },
    ];
    const many = (count: number) => ({ ...before, matrices: [...matrices(count), ...copies(count)] });
    const copies = (count: number) => matrices(count).map((one) => ({ ...one, id: "second" }));
    const diff = diffPlaybooks(many(1), many(2));
    expect([diff.parts.length, diff.left]).toEqual([500, 300]);
  });

  it("do not change by being compared", () => {
    diffPlaybooks(before, withRow({ rank: 3 }));
    expect(before).toEqual(smallPlaybook(smallDocument));
  });
});

function withSource<T extends object>(one: T): T & { source: string } {
  return { ...one, source: "Section" };
}
