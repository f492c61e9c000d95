import { describe, expect, it } from "vitest";
import { decide } from "#lib/domain/decision.ts";
import type { Severity, Verdict } from "#lib/domain/incident.ts";
import { smallPlaybook } from "#lib/domain/playbook.fixture.ts";
import type { Playbook, PlaybookInput } from "#lib/domain/playbook.ts";
import { proofFaults } from "#lib/domain/playbook-proof.ts";

type Matrix = PlaybookInput["matrices"][number];
type Row = Matrix["rows"][number];
type When = Row["when"];

const row = (id: string, rank: number, verdict: Verdict, when: When, severity: Severity = "P2"): Row => ({
  id,
  rank,
  verdict,
  when,
  severity,
  because: "Because.",
  source: "S",
});
const table = (id: string, rows: Row[], refines?: Matrix["refines"]): Matrix => ({
  id,
  title: id,
  source: "S",
  rows,
  ...(refines ? { refines } : {}),
});
const withRows = (...rows: Row[]): Playbook => smallPlaybook({ matrices: [table("main", rows)] });
const messages = (playbook: Playbook) =>
  proofFaults(playbook).map(({ path, message }) => `${path}: ${message}`);

const high: When = { fact: "errors", above: 5 };
const outage: When = { fact: "outage", is: true };
const bug: When = { fact: "kind", is: "bug" };

describe("Rows of one rank that want different verdicts", () => {
  it("are a fault where a combination meets both, and the combination is named", () => {
    const playbook = withRows(row("a", 1, "rollback", high), row("b", 1, "evaluate", outage));
    expect(messages(playbook)).toEqual([
      'matrices.0.rows.1: "b" says evaluate where "a" says rollback, both with rank 1: both hold with errors = 6, outage = true.',
    ]);
    const { rules } = decide(
      playbook,
      { errors: 6, outage: true },
      { now: new Date(0), detectedAt: new Date(0) },
    );
    expect(rules).toHaveLength(1);
  });

  it.each<[string, When, When]>([
    ["at an edge", high, { fact: "errors", atMost: 5 }],
    ["in choices", bug, { fact: "kind", is: "slow" }],
    ["by a part of each", { all: [high, outage] }, { all: [bug, { not: outage }] }],
    ["by every way of one", { any: [high, outage] }, { not: { any: [high, outage] } }],
    [
      "by how long it has held",
      { fact: "errors", above: 5, for: { atLeast: 120 } },
      { all: [high, { not: { fact: "errors", above: 5, for: { atLeast: 120 } } }] },
    ],
  ])("are none where they exclude each other %s", (_how, a, b) => {
    expect(messages(withRows(row("a", 1, "rollback", a), row("b", 1, "evaluate", b)))).toEqual([]);
  });

  it("are one at a duration that meets both", () => {
    const held = (seconds: number): When => ({ fact: "errors", above: 5, for: { atLeast: seconds } });
    const playbook = withRows(
      row("a", 1, "rollback", held(120)),
      row("b", 1, "evaluate", { all: [held(60), { not: held(121) }] }),
    );
    expect(messages(playbook)[0]).toContain('errors = 6, "errors above 5" held for 120 s');
  });

  it("are none when their ranks differ or they want the same", () => {
    expect(messages(withRows(row("a", 1, "rollback", high), row("b", 2, "evaluate", outage)))).toEqual([]);
    expect(messages(withRows(row("a", 1, "rollback", high), row("b", 1, "rollback", outage)))).toEqual([]);
  });

  it("meet across tables that are asked together, and only there", () => {
    const main = table("main", [row("down", 1, "rollback", { always: true }, "P0")]);
    const hotfix = (refines: Matrix["refines"]) => table("fix", [row("fix", 1, "hotfix", bug)], refines);
    const stay = (refines?: Matrix["refines"]) =>
      table("stay", [row("stay", 1, "evaluate", outage)], refines);
    const tables = (...more: Matrix[]) => messages(smallPlaybook({ matrices: [main, ...more] }));
    const rollback = { verdicts: ["rollback" as const] };
    expect(tables(hotfix(rollback), stay(rollback))).toHaveLength(1);
    expect(tables(stay())).toHaveLength(1);
    expect(tables(hotfix(rollback))).toEqual([]);
    expect(tables(hotfix(rollback), stay({ verdicts: ["monitor"] }))).toEqual([]);
    const onlyP0 = { ...rollback, severities: ["P0" as const] };
    expect(tables(hotfix(onlyP0), stay({ ...rollback, severities: ["P0", "P1"] }))).toHaveLength(1);
    const both = tables(hotfix(onlyP0), stay({ ...rollback, severities: ["P1"] }));
    expect(both).toEqual(['matrices.2.refines: Nothing that "stay" refines is ever decided.']);
  });

  it("are a fault where that cannot be settled with a bounded effort", () => {
    // Pigeons: nine of them and eight holes, each hole for one. Nobody has a quick proof of that.
    const names = Array.from({ length: 9 }, (_, pigeon) => `p${pigeon}`);
    const options = Array.from({ length: 8 }, (_, hole) => ({ value: `h${hole}`, label: "Hole" }));
    const facts = names.map((id) => ({ id, type: "choice" as const, question: "?", options, source: "S" }));
    const apart = names.flatMap((a, i) =>
      names.slice(0, i).map((b) => ({
        any: options.flatMap(({ value }): When[] => [
          { all: [{ fact: a, is: value }, { not: { fact: b, is: value } }] },
        ]),
      })),
    );
    const playbook = smallPlaybook({
      facts,
      matrices: [
        table("main", [
          row("a", 1, "rollback", { all: apart.slice(0, 18) }),
          row("b", 1, "evaluate", { all: apart.slice(18) }),
        ]),
      ],
    });
    const start = process.cpuUsage();
    expect(messages(playbook)).toEqual([expect.stringMatching(/too intricate .* "b" and "a" never hold/)]);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000);
  });
});

describe("A row that can never count", () => {
  it("is a fault when nothing meets it", () => {
    expect(messages(withRows(row("a", 1, "rollback", { all: [outage, { not: outage }] })))).toEqual([
      'matrices.0.rows.0.when: No combination of answers meets "a".',
    ]);
  });

  it("is a fault when rows of lower ranks that want something else take all of it", () => {
    const playbook = withRows(
      row("low", 1, "monitor", { fact: "errors", below: 3 }),
      row("rest", 2, "evaluate", { fact: "errors", atLeast: 3 }),
      row("never", 3, "rollback", high),
      row("still", 3, "rollback", outage),
    );
    expect(messages(playbook)).toEqual([
      expect.stringMatching(/^matrices\.0\.rows\.2: "never" never counts/),
    ]);
  });

  it("is none when it agrees with a row before it, or counts until a question is answered", () => {
    expect(messages(withRows(row("a", 1, "rollback", high), row("b", 2, "rollback", high, "P0")))).toEqual(
      [],
    );
    const playbook = withRows(
      row("yes", 1, "rollback", { all: [high, outage] }),
      row("no", 1, "monitor", { all: [high, { not: outage }] }),
      row("unclear", 2, "evaluate", high),
    );
    expect(messages(playbook)).toEqual([]);
  });

  it("is a fault when a row that agrees with it is taken as well", () => {
    const playbook = withRows(
      row("first", 1, "monitor", outage),
      row("second", 2, "rollback", { all: [outage, high] }),
      row("third", 3, "rollback", { all: [outage, bug] }),
    );
    expect(messages(playbook).map((one) => one.slice(0, 17))).toEqual([
      "matrices.0.rows.1",
      "matrices.0.rows.2",
    ]);
  });

  it("is judged within its own table where tables refine", () => {
    const refines = { verdicts: ["rollback" as const] };
    const playbook = smallPlaybook({
      matrices: [
        table("main", [row("down", 1, "rollback", outage)]),
        table("one", [row("all", 1, "hotfix", { always: true })], { ...refines, severities: ["P2"] }),
        table("two", [row("still", 2, "evaluate", bug)], refines),
        table("three", [row("early", 0, "fix_forward", { fact: "kind", is: "slow" })], refines),
        table("four", [row("rival", 3, "monitor", high), row("agrees", 4, "fix_forward", high)], refines),
      ],
    });
    expect(messages(playbook)).toEqual([]);
  });
});
