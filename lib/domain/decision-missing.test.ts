import { describe, expect, it } from "vitest";
import { decide } from "#lib/domain/decision.ts";
import { severities, type Facts, type FactValue } from "#lib/domain/incident.ts";
import { smallDocument, smallPlaybook } from "#lib/domain/playbook.fixture.ts";
import type { Playbook, PlaybookInput } from "#lib/domain/playbook.ts";
import { proofFaults } from "#lib/domain/playbook-proof.ts";

const at = new Date("2026-01-01T03:00:00Z");
const options = { now: at, detectedAt: at };

type Row = PlaybookInput["matrices"][number]["rows"][number];
type When = Row["when"];

/** Every answer that the conditions below tell apart. */
const answers = new Map<string, readonly FactValue[]>([
  ["errors", [5, 6]],
  ["errors_for", [60, 120]],
  ["outage", [true, false]],
  ["kind", ["bug", "slow"]],
]);
const companion = { fact: "errors_for", of: "errors" };

let seed = 3;
function random(below: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * below);
}
const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;

const leaves: Record<string, readonly When[]> = {
  errors: [
    { fact: "errors", above: 5 },
    { fact: "errors", atMost: 5 },
  ],
  errors_for: [{ fact: "errors", above: 5, for: { atLeast: 120 } }],
  outage: [{ fact: "outage", is: true }, { not: { fact: "outage", is: true } }],
  kind: [
    { fact: "kind", is: "bug" },
    { fact: "kind", oneOf: ["slow"] },
  ],
};

function conditionOver(names: readonly string[]): When {
  const parts = names.map((name) => pick(leaves[name] ?? []));
  return parts.length === 1 && parts[0]
    ? parts[0]
    : pick([{ all: parts }, { any: parts }, { not: { all: parts } }]);
}

function rowOver(id: string, names: readonly string[]): Row {
  return {
    id,
    rank: random(4),
    when: conditionOver(names),
    verdict: pick(["rollback", "evaluate", "monitor", "hotfix"] as const),
    severity: pick(severities),
    deadlineMinutes: pick([null, 5, 15]),
    procedures: pick([[], ["back"]]),
    because: "Because.",
    source: "S",
  };
}

/** Rows over the given facts each; the last one may stand in a table that refines. */
function playbookOf(facts: readonly (readonly string[])[]): Playbook {
  const rows = facts.map((names, i) => rowOver(`r${i}`, names));
  const refining = random(2) === 0 ? rows.splice(-1) : [];
  const table = { title: "T", source: "S" };
  return smallPlaybook({
    matrices: [
      { ...table, id: "main", rows },
      ...(refining.length === 0
        ? []
        : [
            {
              ...table,
              id: "fine",
              rows: refining,
              refines: { verdicts: ["rollback" as const, "evaluate" as const] },
            },
          ]),
    ],
  });
}

/** A playbook that could be stored. */
function checked(facts: () => readonly (readonly string[])[]): Playbook {
  for (;;) {
    const playbook = playbookOf(facts());
    if (proofFaults(playbook).length === 0) return playbook;
  }
}

function* everyState(names = [...answers.keys()]): Generator<Facts> {
  const [name, ...rest] = names;
  if (name === undefined) {
    yield {};
    return;
  }
  for (const facts of everyState(rest)) {
    yield facts;
    for (const value of answers.get(name) ?? []) yield { ...facts, [name]: value };
  }
}
const states = [...everyState()];
const key = (facts: Facts) => [...answers.keys()].map((name) => String(facts[name])).join();
const isWithin = (now: Facts, then: Facts) =>
  Object.entries(now).every(([name, value]) => then[name] === value);
const without = (facts: Facts, name: string): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([one]) => one !== name));

/** By trying everything: the facts whose answer, after answers that changed nothing, changes the advice. */
function mayChange(playbook: Playbook) {
  const decided = new Map(
    states.map((facts) => {
      const { verdict, severity, deadline, window, procedures, missing } = decide(playbook, facts, options);
      return [
        key(facts),
        { missing, advice: JSON.stringify([verdict, severity, deadline, window, procedures]) },
      ];
    }),
  );
  const adviceAt = (facts: Facts) => decided.get(key(facts))?.advice;
  return states.map((now) => {
    const later = states.filter((then) => isWithin(now, then));
    const turns = (name: string) =>
      later.some(
        (then) =>
          name in then && adviceAt(then) !== adviceAt(now) && adviceAt(without(then, name)) === adviceAt(now),
      );
    return {
      now,
      missing: decided.get(key(now))?.missing ?? [],
      turning: [...answers.keys()].filter((name) => !(name in now) && turns(name)),
    };
  });
}

describe("The facts that a decision misses", () => {
  it("are all those whose answer may change it, of any small playbook", () => {
    for (let round = 0; round < 150; round++) {
      const names = [...answers.keys()];
      const playbook = checked(() =>
        Array.from({ length: 2 + random(4) }, () => names.filter(() => random(2) === 0)).map((some) =>
          some.length > 0 ? some : ["outage"],
        ),
      );
      for (const { now, missing, turning } of mayChange(playbook)) {
        const asked = turning.filter((name) => name !== companion.fact || companion.of in now);
        expect(missing).toEqual(expect.arrayContaining(asked));
      }
    }
  });

  it("are only those, where no fact is compared twice", () => {
    for (let round = 0; round < 150; round++) {
      const playbook = checked(() =>
        pick([
          [["errors_for"], ["outage"], ["kind"]],
          [["errors_for"], ["outage", "kind"]],
          [["errors", "outage"], ["kind"]],
        ]),
      );
      for (const { now, missing, turning } of mayChange(playbook)) {
        expect({ now, missing: missing.filter((name) => !turning.includes(name)) }).toEqual({
          now,
          missing: [],
        });
      }
    }
  });

  it("are none once everything is answered", () => {
    const facts = { errors: 6, errors_for: 60, outage: false, kind: "slow" };
    expect(decide(smallPlaybook(), facts, options).missing).toEqual([]);
    expect(smallDocument.facts.map((fact) => fact.id)).toEqual([...answers.keys()]);
  });
});
