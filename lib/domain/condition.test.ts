import { describe, expect, it } from "vitest";
import { comparisons, Condition, evaluate, kindOf, sustainedKey } from "#lib/domain/condition.ts";
import type { Facts } from "#lib/domain/incident.ts";

const read = (condition: unknown, facts: Facts, held: Record<string, number> = {}) =>
  evaluate(Condition.parse(condition), {
    facts,
    heldFor: ({ fact }) => (fact in held ? { seconds: held[fact] ?? 0 } : { ask: `${fact}_for` }),
  });
const state = (...args: Parameters<typeof read>) => read(...args).state;

describe("a comparison", () => {
  it.each<[object, [number, string][]]>([
    [
      { above: 5 },
      [
        [5, "no"],
        [5.01, "yes"],
      ],
    ],
    [
      { atLeast: 5 },
      [
        [4.99, "no"],
        [5, "yes"],
      ],
    ],
    [
      { below: 5 },
      [
        [5, "no"],
        [4.99, "yes"],
      ],
    ],
    [
      { atMost: 5 },
      [
        [5.01, "no"],
        [5, "yes"],
      ],
    ],
    [
      { atLeast: 1, atMost: 5 },
      [
        [0.99, "no"],
        [1, "yes"],
        [5, "yes"],
        [5.01, "no"],
      ],
    ],
    [
      { above: 1, below: 5 },
      [
        [1, "no"],
        [3, "yes"],
        [5, "no"],
      ],
    ],
  ])("reads %j at its edges as the document words it", (words, cases) => {
    for (const [value, expected] of cases) {
      expect(state({ fact: "x", ...words }, { x: value })).toBe(expected);
    }
  });

  it("does not take a value of the wrong kind for an answer", () => {
    expect(state({ fact: "x", above: 5 }, { x: "9" })).toBe("no");
    expect(state({ fact: "x", is: true }, { x: "true" })).toBe("no");
  });

  it("reads choices by value", () => {
    expect(state({ fact: "x", is: "a" }, { x: "a" })).toBe("yes");
    expect(state({ fact: "x", oneOf: ["a", "b"] }, { x: "b" })).toBe("yes");
    expect(state({ fact: "x", oneOf: ["a", "b"] }, { x: "c" })).toBe("no");
  });

  it("finds no answer in what every object has", () => {
    expect(read({ fact: "constructor", is: "x" }, {})).toEqual({
      state: "unknown",
      unknown: ["constructor"],
    });
  });

  it("refuses to mix words or to have none", () => {
    expect(Condition.safeParse({ fact: "x" }).success).toBe(false);
    expect(Condition.safeParse({ fact: "x", above: 1, is: true }).success).toBe(false);
    expect(kindOf({})).toBe("mixed");
  });
});

describe("a duration", () => {
  it("counts exactly two minutes as two minutes, and not as more than two", () => {
    expect(state({ fact: "x", above: 5, for: { atLeast: 120 } }, { x: 6 }, { x: 120 })).toBe("yes");
    expect(state({ fact: "x", above: 5, for: { atLeast: 120 } }, { x: 6 }, { x: 119 })).toBe("no");
    expect(state({ fact: "x", above: 5, for: { moreThan: 120 } }, { x: 6 }, { x: 120 })).toBe("no");
    expect(state({ fact: "x", above: 5, for: { moreThan: 120 } }, { x: 6 }, { x: 121 })).toBe("yes");
  });

  it("is asked for only when the value itself passes", () => {
    const condition = { fact: "x", above: 5, for: { atLeast: 120 } };
    expect(read(condition, { x: 6 })).toEqual({ state: "unknown", unknown: ["x_for"] });
    expect(read(condition, { x: 5 })).toEqual({ state: "no", unknown: [] });
    expect(read(condition, {})).toEqual({ state: "unknown", unknown: ["x"] });
  });

  it("that is too short settles it, whatever the value turns out to be", () => {
    const condition = { fact: "x", above: 5, for: { atLeast: 120 } };
    expect(read(condition, {}, { x: 119 })).toEqual({ state: "no", unknown: [] });
    expect(read(condition, {}, { x: 120 })).toEqual({ state: "unknown", unknown: ["x"] });
  });
});

describe("a tree", () => {
  const a = { fact: "a", is: true };
  const b = { fact: "b", is: true };
  const values = [true, false, undefined] as const;
  const facts = (x?: boolean, y?: boolean): Facts => ({
    ...(x === undefined ? {} : { a: x }),
    ...(y === undefined ? {} : { b: y }),
  });

  it("never says yes or no where an unknown answer could still turn it", () => {
    for (const tree of [
      { all: [a, b] },
      { any: [a, b] },
      { not: a },
      { all: [{ not: a }, { any: [a, b] }] },
    ]) {
      for (const x of values) {
        for (const y of values) {
          const now = state(tree, facts(x, y));
          const ends = (x === undefined ? [true, false] : [x]).flatMap((p) =>
            (y === undefined ? [true, false] : [y]).map((q) => state(tree, facts(p, q))),
          );
          if (now !== "unknown") expect(new Set(ends)).toEqual(new Set([now]));
          expect(ends).not.toContain("unknown");
        }
      }
    }
  });

  it("names only what could still settle it", () => {
    expect(read({ all: [a, b] }, { a: true })).toEqual({ state: "unknown", unknown: ["b"] });
    expect(read({ all: [a, b] }, { a: false })).toEqual({ state: "no", unknown: [] });
    expect(read({ any: [a, { not: b }] }, {}).unknown).toEqual(["a", "b"]);
    expect(state({ always: true }, {})).toBe("yes");
  });

  it("lists its comparisons, each with a key of its own", () => {
    const tree = Condition.parse({
      any: [{ all: [a] }, { not: { fact: "x", above: 5, for: { atLeast: 1 } } }],
    });
    expect(comparisons(tree).map(sustainedKey)).toEqual(["a is true", "x above 5"]);
  });
});
