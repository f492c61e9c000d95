import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { smallDocument } from "#lib/domain/playbook.fixture.ts";
import { hostileDocuments } from "#lib/queries/playbook/hostile-documents.fixture.ts";
import { hostilePlaybooks } from "#lib/queries/playbook/hostile-playbooks.fixture.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const small = stringify(smallDocument);

function faultsOf(yaml: string) {
  const parsed = parsePlaybook(yaml);
  return parsed.ok ? [] : parsed.faults;
}
/** The small playbook with one thing changed. */
function changed(change: (document: typeof smallDocument) => void): string {
  const document = structuredClone(smallDocument);
  change(document);
  return stringify(document, { aliasDuplicateObjects: false });
}
function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error("The list is empty.");
  return one;
}
const messages = (yaml: string) => faultsOf(yaml).map((fault) => `${fault.path}: ${fault.message}`);

describe("A playbook document", () => {
  it("is read when nothing is wrong with it", () => {
    expect(parsePlaybook(small)).toMatchObject({ ok: true, playbook: { id: "small", windows: [] } });
  });

  it("may use a few aliases", () => {
    const yaml = small
      .replace("source: Section", "source: &s Section")
      .replace(/because: Because\./, "because: *s");
    expect(parsePlaybook(yaml).ok).toBe(true);
  });

  it("is told path, reason and line of a fault", () => {
    const yaml = small.replace("above: 5", "above: five");
    const line = yaml.split("\n").findIndex((one) => one.includes("five")) + 1;
    expect(faultsOf(yaml)).toEqual([
      { path: "matrices.0.rows.0.when.above", message: expect.stringContaining("number") as string, line },
    ]);
  });

  it("holds no key that the format does not know", () => {
    expect(messages(`${small}\nrun: rm\n`)).toEqual([': Unrecognized key: "run"']);
  });

  it.each<[string, (document: typeof smallDocument) => void, RegExp]>([
    [
      "rows that contradict each other, both named",
      (d) => {
        const row = d.matrices[0]?.rows[0];
        if (row) d.matrices[0]?.rows.push({ ...row, id: "again", verdict: "monitor" });
      },
      /"again" says monitor where "errors-high" says rollback/,
    ],
    [
      "the same contradiction written in another order",
      (d) => {
        const rows = d.matrices[0]?.rows;
        const row = rows?.[0];
        const [a, b] = [
          { fact: "errors", above: 5 },
          { fact: "outage", is: true },
        ];
        if (row) rows.push({ ...row, id: "x", when: { all: [a, b] } });
        if (row) rows.push({ ...row, id: "y", when: { all: [b, a] }, verdict: "monitor" });
      },
      /"y" says monitor where "x" says rollback/,
    ],
    ["a rule id that stands twice", (d) => (d.otherwise.id = "errors-high"), /already a rule "errors-high"/],
    [
      "a fact id that stands twice",
      (d) => {
        const fact = d.facts[0];
        if (fact) d.facts.push(fact);
      },
      /already a fact "errors"/,
    ],
    [
      "a procedure that leads back to itself",
      (d) => {
        const procedure = d.procedures[0];
        if (!procedure) return;
        d.procedures = [
          { ...procedure, then: ["second"] },
          { ...procedure, id: "second", then: ["back"] },
        ];
      },
      /"back" leads to "second" leads to "back": that never ends/,
    ],
    [
      "a fact that does not exist",
      (d) => (first(first(d.matrices).rows).when = { fact: "nothing", above: 5 }),
      /There is no fact "nothing"/,
    ],
    [
      "a threshold beyond the fact's range",
      (d) => (first(first(d.matrices).rows).when = { fact: "errors", above: 500 }),
      /between 0 and 100/,
    ],
    [
      "a range that nothing meets",
      (d) => (first(first(d.matrices).rows).when = { fact: "errors", above: 5, atMost: 5 }),
      /No value can meet this range/,
    ],
    [
      "a duration nobody is asked for",
      (d) => (first(first(d.matrices).rows).when = { fact: "outage", is: true, for: { atLeast: 60 } }),
      /names no fact \(heldFor\)/,
    ],
    [
      "a choice that is not offered",
      (d) => (first(first(d.matrices).rows).when = { fact: "kind", is: "other" }),
      /Choose one of bug, slow/,
    ],
    [
      "a procedure that does not exist",
      (d) => (d.otherwise.procedures = ["nowhere"]),
      /no procedure "nowhere"/,
    ],
    ["a window that does not exist", (d) => (d.undecided.window = "nowhere"), /no window "nowhere"/],
    [
      "a component that no step takes back",
      (d) => (first(d.procedures).components = ["code", "database"]),
      /No execution step of "back" takes database back/,
    ],
    [
      "a severity without anyone who may agree",
      (d) => (first(d.authority.rules).severities = ["P0"]),
      /No rule holds for P1 in a protected environment/,
    ],
    [
      "a template with a place that is not declared",
      (d) =>
        (d.templates = [
          {
            id: "t",
            title: "T",
            moment: "started",
            body: "{{a}} {{b}}",
            placeholders: [{ name: "a", meaning: "A" }],
            source: "S",
          },
        ]),
      /\{\{b\}\} is not declared/,
    ],
  ])("is refused for %s", (_what, change, message) => {
    expect(messages(changed(change)).join("\n")).toMatch(message);
  });
});

describe("A hostile document", () => {
  it.each([...hostileDocuments, ...hostilePlaybooks])(
    "that %s is refused with a reason, for less than a second of work",
    (_what, yaml, message) => {
      // Processor time: what else the machine does at the moment is not the document's doing.
      const before = process.cpuUsage();
      const faults = faultsOf(yaml);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(1000);
      expect(faults.map((fault) => fault.message).join("\n")).toMatch(message);
      expect(faults.filter((fault) => fault.line === undefined && !fault.message.includes("1 MiB"))).toEqual(
        [],
      );
      expect(faults.length).toBeLessThanOrEqual(100);
      expect(JSON.stringify(faults).length).toBeLessThan(60_000);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );
});
