import { describe, expect, it } from "vitest";
import { BandMap } from "#lib/domain/condition-bands.ts";
import { exampleOf, formulaOf, solve, type Formula } from "#lib/domain/condition-solver.ts";
import { Condition, evaluate, sustainedKey, type Situation } from "#lib/domain/condition.ts";
import { FactDefinition } from "#lib/domain/fact.ts";
import type { FactValue } from "#lib/domain/incident.ts";

const define = (id: string, more: object) =>
  FactDefinition.parse({ id, question: "?", source: "S", ...more });
const facts = [
  define("rate", { type: "rate", unit: "%" }),
  define("count", { type: "count", unit: "checks" }),
  define("sure", { type: "yes_no" }),
  define("kind", {
    type: "choice",
    options: ["a", "b", "c"].map((value) => ({ value, label: value })),
  }),
];
const plenty = () => ({ left: 1e9, each: 1 });

/** Every combination of one value, or none, per dimension, with the place that it takes there. */
function* combinations(
  map: BandMap,
  from = 0,
): Generator<{ value: FactValue | undefined; at: number; bands: bigint }[]> {
  const dimension = map.dimensions[from];
  if (!dimension) {
    yield [];
    return;
  }
  for (const rest of combinations(map, from + 1)) {
    yield [{ value: undefined, at: from, bands: map.unknown(from) }, ...rest];
    for (const [index, value] of dimension.values.entries()) {
      if (value !== null) yield [{ value, at: from, bands: 1n << BigInt(index) }, ...rest];
    }
  }
}

function situationOf(
  map: BandMap,
  chosen: readonly { value: FactValue | undefined; at: number }[],
): Situation {
  const values = new Map<string, FactValue>();
  for (const { value, at } of chosen) {
    const id = map.dimensions[at]?.id;
    if (id !== undefined && value !== undefined) values.set(id, value);
  }
  return {
    facts: Object.fromEntries([...values].filter(([id]) => facts.some((fact) => fact.id === id))),
    heldFor: (comparison) => {
      const seconds = values.get(`held ${sustainedKey(comparison)}`);
      return typeof seconds === "number" ? { seconds } : { ask: "held" };
    },
  };
}

let seed = 11;
function random(below: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * below);
}
const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;

function randomCondition(depth: number): unknown {
  const kind = depth === 0 ? 3 + random(5) : random(8);
  const several = () => Array.from({ length: 1 + random(3) }, () => randomCondition(depth - 1));
  if (kind === 0) return { all: several() };
  if (kind === 1) return { any: several() };
  if (kind === 2) return { not: randomCondition(depth - 1) };
  const held = random(3) === 0 ? { for: pick([{ atLeast: 60 }, { moreThan: 60 }, { atLeast: 120 }]) } : {};
  if (kind === 3) return { fact: "sure", is: pick([true, false]), ...held };
  if (kind === 4)
    return pick([
      { fact: "kind", is: pick(["a", "b"]) },
      { fact: "kind", oneOf: ["b", "c"] },
    ]);
  if (kind === 5) return { fact: "count", [pick(["above", "atLeast", "below", "atMost"])]: pick([0, 1, 3]) };
  return pick([
    { fact: "rate", above: 5, ...held },
    { fact: "rate", atLeast: 5 },
    { fact: "rate", below: pick([5, 100]) },
    { fact: "rate", atMost: 5 },
    { fact: "rate", atLeast: 1, below: 5, ...held },
    random(4) === 0 ? { always: true } : { fact: "rate", above: 0 },
  ]);
}

describe("A solver of conditions", () => {
  it("agrees with reading the condition, whatever is answered and whatever is not", () => {
    for (let round = 0; round < 300; round++) {
      const condition = Condition.parse(randomCondition(2));
      const map = new BandMap(facts, [condition]);
      const formulas = (["yes", "no", "not yes", "not no"] as const).map((one) =>
        formulaOf(condition, map, one),
      );
      for (const chosen of combinations(map)) {
        const here = chosen.map(({ at, bands }): Formula => ({ kind: "place", at, bands }));
        const { state } = evaluate(condition, situationOf(map, chosen));
        const met = formulas.map((formula) => solve([...here, formula], map, plenty()) !== null);
        expect(met).toEqual([state === "yes", state === "no", state !== "yes", state !== "no"]);
      }
    }
  });

  it("finds a combination that meets two conditions exactly where there is one, and shows it", () => {
    let [both, none] = [0, 0];
    for (let round = 0; round < 600; round++) {
      const pair = [Condition.parse(randomCondition(2)), Condition.parse(randomCondition(2))];
      const map = new BandMap(facts, pair);
      const solution = solve(
        pair.map((one) => formulaOf(one, map)),
        map,
        plenty(),
      );
      const states = (chosen: readonly { value: FactValue | undefined; at: number }[]) =>
        pair.map((one) => evaluate(one, situationOf(map, chosen)).state).join();
      const exists = [...combinations(map)].some((chosen) => states(chosen) === "yes,yes");
      expect(solution !== null).toBe(exists);
      if (solution === null || solution === "unsettled") none += 1;
      else {
        expect(states(exampleOf(solution, map))).toBe("yes,yes");
        both += 1;
      }
    }
    expect(Math.min(both, none)).toBeGreaterThan(50);
  });

  it.each([
    [{ above: 5 }, { atMost: 5 }, false],
    [{ above: 5 }, { below: 5 }, false],
    [{ atLeast: 5 }, { atMost: 5 }, true],
    [{ above: 99.9 }, { below: 100 }, true],
    [{ above: 5 }, { below: 5.000_000_1 }, true],
  ])("reads %j and %j of one rate at their edge", (a, b, together) => {
    const pair = [a, b].map((words) => Condition.parse({ fact: "rate", ...words }));
    const map = new BandMap(facts, pair);
    expect(
      solve(
        pair.map((one) => formulaOf(one, map)),
        map,
        plenty(),
      ) !== null,
    ).toBe(together);
  });

  it("knows that there is no whole number between two that follow each other", () => {
    const pair = [
      { fact: "count", above: 2 },
      { fact: "count", below: 3 },
    ].map((one) => Condition.parse(one));
    const map = new BandMap(facts, pair);
    expect(
      solve(
        pair.map((one) => formulaOf(one, map)),
        map,
        plenty(),
      ),
    ).toBeNull();
  });

  it("tells when its effort runs out", () => {
    const condition = Condition.parse({
      all: [
        { fact: "sure", is: true },
        { fact: "rate", above: 5 },
      ],
    });
    const map = new BandMap(facts, [condition]);
    expect(solve([formulaOf(condition, map)], map, { left: 2, each: 1 })).toBe("unsettled");
  });
});
