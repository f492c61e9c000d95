import { describe, expect, it } from "vitest";
import { headsOf, isOnTheWay, routeDown } from "#lib/adapters/migrations/graph.ts";
import type { Graph, Migration, NoRoute, Route } from "#lib/adapters/migrations/graph.ts";

/** Written as "revision: what it follows, what it needs with a !". */
function graphOf(...lines: string[]): Graph {
  const undoing = { can: "yes", file: "", line: 1, sha256: "", isTransactional: true, losses: [] } as const;
  return new Map(
    lines.map((line): [string, Migration] => {
      const [revision = "", rest = ""] = line.split(":");
      const words = rest.split(" ").filter((word) => word !== "");
      const after = words.filter((word) => !word.endsWith("!"));
      const needs = words.filter((word) => word.endsWith("!")).map((word) => word.slice(0, -1));
      return [revision, { revision, after, needs, writtenAt: null, undoing: { ...undoing, losses: [] } }];
    }),
  );
}

const undone = (route: Route | NoRoute): string[] =>
  "undo" in route ? route.undo.map(({ revision }) => revision) : [];

const line = graphOf("a:", "b: a", "c: b", "d: c");
const forked = graphOf("a:", "b: a", "x: b", "y: b", "m: x y", "n: m");

describe("the way down", () => {
  it("along a line undoes the newest first, and names its target in full", () => {
    const route = routeDown(line, ["d"], ["b"]);
    expect(undone(route)).toEqual(["d", "c"]);
    expect(route).toMatchObject({ legs: [{ target: "b", branch: null }] });
  });

  it("to the empty schema undoes everything", () => {
    expect(undone(routeDown(line, ["b"], []))).toEqual(["b", "a"]);
  });

  it("behind a join needs both heads, or takes the other branch back to where it began", () => {
    expect(routeDown(forked, ["n"], ["x", "y"])).toMatchObject({ legs: [{ target: "x", branch: null }] });
    const alone = routeDown(forked, ["n"], ["x"]);
    expect(alone).toMatchObject({
      legs: [
        { target: "x", branch: null },
        { target: "b", branch: "y" },
      ],
    });
    expect(undone(alone)).toEqual(["n", "m", "y"]);
  });

  it("takes along what needs what is undone", () => {
    const needing = graphOf("a:", "b: a", "z:", "w: z b!");
    expect(undone(routeDown(needing, ["b", "w"], ["a", "z"]))).toEqual(["w", "b"]);
  });

  it.each([
    ["nobody knows where the database is", ["zz"], ["a"], "unknown_current"],
    ["nobody knows the wanted revision", ["d"], ["zz"], "unknown_wanted"],
    ["the database is older", ["b"], ["d"], "newer"],
    ["one wanted revision follows from the other", ["d"], ["a", "b"], "redundant"],
  ])("does not exist where %s", (_what, from, to, why) => {
    expect(routeDown(line, from, to)).toMatchObject({ why });
  });

  it("does not exist to another branch, nor where a branch without a common beginning would stay", () => {
    expect(routeDown(forked, ["x"], ["y"])).toMatchObject({ why: "elsewhere", revision: "y" });
    const apart = graphOf("a:", "b: a", "z:", "w: z");
    expect(routeDown(apart, ["b", "w"], ["a"])).toMatchObject({ why: "branch_stays", revision: "w" });
  });

  it("never names anything relative", () => {
    for (const from of [["n"], ["m"], ["x", "y"], ["x"]])
      for (const to of [["a"], ["b"], ["x"], ["x", "y"], []]) {
        const route = routeDown(forked, from, to);
        if ("legs" in route) for (const { target } of route.legs) expect(target).toMatch(/^(?:[a-z]|base)$/);
      }
  });
});

it("knows whether a database is on the way from one place down to another", () => {
  const way = { from: ["d"], to: ["b"] };
  expect(["b", "c", "d"].map((one) => isOnTheWay(line, [one], way))).toEqual([true, true, true]);
  expect(isOnTheWay(line, ["a"], way)).toBe(false);
  expect(isOnTheWay(line, ["zz"], way)).toBe(false);
  expect(isOnTheWay(forked, ["x"], { from: ["y"], to: ["b"] })).toBe(false);
});

it("finds every head", () => {
  expect(headsOf(forked)).toEqual(["n"]);
  expect(headsOf(graphOf("a:", "x: a", "y: a"))).toEqual(["x", "y"]);
});
