import { describe, expect, it } from "vitest";
import { Refusal } from "#lib/domain/errors.ts";
import { checkFacts, FactDefinition, factFault, factFaults, knownFacts } from "#lib/domain/fact.ts";

const define = (more: object) => FactDefinition.parse({ id: "x", question: "?", source: "S", ...more });

describe("an answer", () => {
  it.each([
    [{ type: "rate", unit: "%" }, [0, 5, 100], [-1, 100.1, NaN, "5", true]],
    [{ type: "percent", unit: "%" }, [0, 100], [101]],
    [{ type: "latency", unit: "ms" }, [0, 60_000], [-1, Infinity]],
    [{ type: "duration", unit: "s" }, [0, 1e6], [-0.1]],
    [{ type: "count", unit: "restarts" }, [0, 7], [1.5, -1, 2 ** 60]],
    [{ type: "multiple", unit: "×" }, [0, 10.5], [-1]],
    [{ type: "yes_no" }, [true, false], [0, "yes"]],
    [
      {
        type: "choice",
        options: [
          { value: "a", label: "A" },
          { value: "b", label: "B" },
        ],
      },
      ["a", "b"],
      ["c", true, 1],
    ],
  ])("of %j fits or is told why it does not", (more, good, bad) => {
    for (const value of good) expect(factFault(define(more), value)).toBeNull();
    for (const value of bad) expect(factFault(define(more), value)).toMatch(/^(Give|Answer|Choose)/);
  });

  it("to a question that nobody asks is a fault", () => {
    const rate = define({ type: "rate", unit: "%" });
    expect(factFaults([rate], { x: 5, y: 1 })).toEqual([
      { path: "facts.y", message: "The playbook does not ask this." },
    ]);
    expect(() => checkFacts([rate], { x: 500 })).toThrow(Refusal);
    expect(() => checkFacts([rate], { x: 50 })).not.toThrow();
  });

  it("that does not fit counts as unknown", () => {
    expect(knownFacts([define({ type: "rate", unit: "%" })], { x: 500, z: 1 })).toEqual({});
  });
});
