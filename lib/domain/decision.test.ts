import { describe, expect, it } from "vitest";
import { decide } from "#lib/domain/decision.ts";
import { factsFromSignals } from "#lib/domain/facts-from-signals.ts";
import type { Facts, Verdict } from "#lib/domain/incident.ts";
import type { PlaybookInput } from "#lib/domain/playbook.ts";
import { smallPlaybook } from "#lib/domain/playbook.fixture.ts";

const detectedAt = new Date("2026-01-01T03:00:00Z");
const at = { now: detectedAt, detectedAt };
const asked = { id: "x", question: "?", source: "S" };
const choices = ["bug", "slow"].map((value) => ({ value, label: value }));
const options = { now: new Date("2026-01-01T03:01:00Z"), detectedAt };

type Row = PlaybookInput["matrices"][number]["rows"][number];
const row = (id: string, rank: number, verdict: Verdict, more: Partial<Row> = {}): Row => ({
  id,
  rank,
  verdict,
  when: { fact: "outage", is: true },
  severity: "P2",
  because: `Because of ${id}.`,
  source: "Section",
  ...more,
});
const withRows = (...rows: Row[]) =>
  smallPlaybook({ matrices: [{ id: "main", title: "Main", source: "Section", rows }] });

describe("a decision", () => {
  it("names the row, its reason, the deadline and the procedure", () => {
    const decision = decide(smallPlaybook(), { errors: 5.1 }, options);
    expect(decision).toMatchObject({
      verdict: "rollback",
      severity: "P1",
      deadline: "2026-01-01T03:15:00.000Z",
      overdue: false,
      rules: [{ id: "errors-high", because: "Because.", source: "Section", rank: 10 }],
      procedures: [{ id: "back", title: "Back", minutes: 2, risk: "low", downtime: 0 }],
      authority: { id: "all", approvals: 1 },
      missing: [],
      explanation: null,
    });
  });

  it("is overdue after its deadline, not at it", () => {
    const at = (time: string) =>
      decide(smallPlaybook(), { errors: 9 }, { now: new Date(time), detectedAt }).overdue;
    expect(at("2026-01-01T03:15:00Z")).toBe(false);
    expect(at("2026-01-01T03:15:01Z")).toBe(true);
  });

  it("says evaluate while something is unknown, and the otherwise row once all is known", () => {
    expect(decide(smallPlaybook(), {}, options)).toMatchObject({ verdict: "evaluate", missing: ["errors"] });
    expect(decide(smallPlaybook(), { errors: 5 }, options)).toMatchObject({
      verdict: "monitor",
      missing: [],
    });
  });

  it("follows the lowest rank and says who lost", () => {
    const decision = decide(
      withRows(row("late", 20, "rollback"), row("early", 10, "evaluate")),
      { outage: true },
      options,
    );
    expect(decision.verdict).toBe("evaluate");
    expect(decision.rules.map((one) => one.id)).toEqual(["early"]);
    expect(decision.outranked.map((one) => one.id)).toEqual(["late"]);
    expect(decision.explanation).toBe("early decides with rank 10; late says rollback but has rank 20.");
  });

  it("takes the safer verdict within one rank, and says so", () => {
    const rows = [
      row("calm", 10, "monitor"),
      row("careful", 10, "rollback", { when: { fact: "kind", is: "bug" } }),
    ];
    const decision = decide(withRows(...rows), { outage: true, kind: "bug" }, options);
    expect(decision.verdict).toBe("rollback");
    expect(decision.explanation).toContain("has the same rank and asks for less caution");
  });

  it("says so when rows of one rank agree", () => {
    const bug = { when: { fact: "kind", is: "bug" } };
    const playbook = withRows(
      row("one", 10, "rollback"),
      row("two", 10, "rollback", bug),
      row("x", 20, "monitor"),
    );
    expect(decide(playbook, { outage: true, kind: "slow" }, options).explanation).toBe(
      "one decides with rank 10; x says monitor but has rank 20.",
    );
    expect(decide(playbook, { outage: true, kind: "bug" }, options).explanation).toBe(
      "one and two share rank 10 and agree on rollback; x says monitor but has rank 20.",
    );
    expect(decide(playbook, { outage: false, kind: "bug" }, options).explanation).toBeNull();
  });

  it("counts the clock of the rows that made the verdict, and of no other", () => {
    const playbook = withRows(
      row("wins", 10, "evaluate", { deadlineMinutes: 30 }),
      row("loses", 20, "rollback", { deadlineMinutes: 5 }),
    );
    expect(decide(playbook, { outage: true }, options).deadline).toBe("2026-01-01T03:30:00.000Z");
    expect(decide(playbook, { outage: false }, options)).toMatchObject({ deadline: null, overdue: false });
    const waits = { ...smallPlaybook().undecided, deadlineMinutes: 2 };
    expect(decide(smallPlaybook({ undecided: waits }), {}, options).deadline).toBe(
      "2026-01-01T03:02:00.000Z",
    );
  });

  it("takes the worst severity and the shortest deadline of the rows that agree", () => {
    const rows = [
      row("one", 10, "rollback", { deadlineMinutes: 30 }),
      row("two", 20, "rollback", { deadlineMinutes: 5, severity: "P0" }),
    ];
    expect(decide(withRows(...rows), { outage: true }, options)).toMatchObject({
      severity: "P0",
      deadline: "2026-01-01T03:05:00.000Z",
    });
  });

  it("lets a refining table turn a verdict of the kinds that it names", () => {
    const table = (severities?: ["P1"] | ["P2"]) =>
      smallPlaybook({
        matrices: [
          { id: "main", title: "Main", source: "S", rows: [row("down", 10, "rollback")] },
          {
            id: "fix",
            title: "Roll back or hotfix",
            source: "S",
            refines: { verdicts: ["rollback"], ...(severities ? { severities } : {}) },
            rows: [row("known-fix", 1, "hotfix", { when: { fact: "kind", is: "bug" } })],
          },
        ],
      });
    expect(decide(table(), { outage: true, kind: "bug" }, options)).toMatchObject({
      verdict: "hotfix",
      severity: "P2",
      rules: [{ id: "known-fix" }, { id: "down" }],
      explanation: "Roll back or hotfix: known-fix makes that hotfix.",
    });
    expect(decide(table(), { outage: true }, options).missing).toEqual(["kind"]);
    expect(decide(table(["P1"]), { outage: true, kind: "bug" }, options).verdict).toBe("rollback");
    expect(decide(table(), { outage: false, kind: "bug" }, options).verdict).toBe("monitor");
  });

  it("compares ranks within the tables that are asked together", () => {
    const deadlineMinutes = 15;
    const playbook = smallPlaybook({
      matrices: [
        {
          id: "main",
          title: "Main",
          source: "S",
          rows: [row("down", 5, "rollback", { deadlineMinutes }), row("calm", 10, "monitor")],
        },
        {
          id: "fix",
          title: "Fix",
          source: "S",
          refines: { verdicts: ["rollback"] },
          rows: [row("known-fix", 10, "hotfix")],
        },
      ],
    });
    expect(decide(playbook, { outage: true }, options)).toMatchObject({
      verdict: "hotfix",
      deadline: "2026-01-01T03:15:00.000Z",
      outranked: [{ id: "calm" }],
      explanation:
        "down decides with rank 5; calm says monitor but has rank 10. Fix: known-fix makes that hotfix.",
    });
  });

  it.each<[Facts[string], Facts[string], PlaybookInput["facts"][number], Row["when"]]>([
    [5, 5.01, { ...asked, type: "rate", unit: "%" }, { fact: "x", above: 5 }],
    [89.99, 90, { ...asked, type: "percent", unit: "%" }, { fact: "x", atLeast: 90 }],
    [3000, 3000.5, { ...asked, type: "latency", unit: "ms" }, { fact: "x", above: 3000 }],
    [599, 600, { ...asked, type: "duration", unit: "s" }, { fact: "x", atLeast: 600 }],
    [2, 3, { ...asked, type: "count", unit: "checks" }, { fact: "x", atLeast: 3 }],
    [2, 2.1, { ...asked, type: "multiple", unit: "×" }, { fact: "x", above: 2 }],
    [1, 0.99, { ...asked, type: "rate", unit: "%" }, { fact: "x", below: 1 }],
    [0, 100, { ...asked, type: "rate", unit: "%" }, { fact: "x", atLeast: 100 }],
    [false, true, { ...asked, type: "yes_no" }, { fact: "x", is: true }],
    ["slow", "bug", { ...asked, type: "choice", options: choices }, { fact: "x", oneOf: ["bug"] }],
  ])("goes from %s to %s over the edge of %j", (before, after, fact, when) => {
    const rows = [row("edge", 10, "rollback", { when })];
    const playbook = smallPlaybook({ facts: [fact], matrices: [{ id: "m", title: "M", source: "S", rows }] });
    const ask = (x?: Facts[string]) => decide(playbook, x === undefined ? {} : { x }, at);
    expect([ask(before).verdict, ask(after).verdict]).toEqual(["monitor", "rollback"]);
    expect([ask(before).missing, ask(after).missing]).toEqual([[], []]);
    expect(ask()).toMatchObject({ verdict: "evaluate", missing: ["x"] });
  });

  it("asks only what can still change the advice", () => {
    const rows = [
      row("first", 10, "rollback", { deadlineMinutes: 5 }),
      row("same-advice", 20, "rollback", { when: { fact: "kind", is: "bug" } }),
      row("too-late", 30, "monitor", { when: { fact: "errors", above: 1 } }),
    ];
    expect(decide(withRows(...rows), { outage: true }, options).missing).toEqual([]);
    const sooner = row("sooner", 20, "rollback", { when: { fact: "kind", is: "bug" }, deadlineMinutes: 1 });
    expect(decide(withRows(...rows, sooner), { outage: true }, options).missing).toEqual(["kind"]);
  });

  it("believes a measured duration before an answered one", () => {
    const playbook = withRows(
      row("held", 10, "rollback", { when: { fact: "errors", above: 5, for: { atLeast: 120 } } }),
    );
    const facts: Facts = { errors: 9, errors_for: 10 };
    expect(decide(playbook, facts, options).verdict).toBe("monitor");
    expect(decide(playbook, facts, { ...options, sustainedFor: { "errors above 5": 120 } }).verdict).toBe(
      "rollback",
    );
    expect(decide(playbook, facts, { ...options, sustainedFor: { errors: 120 } }).verdict).toBe("rollback");
    expect(decide(playbook, { errors: 9 }, options).missing).toEqual(["errors_for"]);
  });

  it("takes a person's word for how long where what was measured is not what they say", () => {
    const playbook = withRows(
      row("held", 10, "rollback", { when: { fact: "errors", above: 5, for: { atLeast: 120 } } }),
    );
    const samples = [0, 60, 120].map((ago) => ({
      name: "errors",
      value: 3,
      unit: "percent",
      at: new Date(detectedAt.getTime() - ago * 1000).toISOString(),
    }));
    const { sustainedFor } = factsFromSignals(playbook, samples, detectedAt);
    const ask = (facts: Facts) => decide(playbook, facts, { ...at, sustainedFor });
    expect(ask({ errors: 9 })).toMatchObject({ verdict: "evaluate", missing: ["errors_for"] });
    expect(ask({ errors: 9, errors_for: 119 }).verdict).toBe("monitor");
    expect(ask({ errors: 9, errors_for: 120 }).verdict).toBe("rollback");
  });

  it("takes an answer that does not fit for no answer", () => {
    expect(decide(smallPlaybook(), { errors: "9" }, options).missing).toEqual(["errors"]);
    expect(decide(smallPlaybook(), { errors: 900 }, options).verdict).toBe("evaluate");
  });

  it("judges as in a protected environment where none is named", () => {
    const because = "Because.";
    const common = { initiate: "operator", because, source: "S" } as const;
    const small = smallPlaybook();
    const playbook = smallPlaybook({
      authority: {
        ...small.authority,
        rules: [
          { ...common, id: "open", environments: "unprotected", approvals: 0 },
          { ...common, id: "closed", environments: "protected", approvals: 2, roles: ["admin"] },
        ],
      },
    });
    expect(decide(playbook, {}, options).authority.id).toBe("closed");
    const environment = { name: "staging", protected: false };
    expect(decide(playbook, {}, { ...options, environment }).authority.id).toBe("open");
  });
});
