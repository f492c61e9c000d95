import { describe, expect, it } from "vitest";
import { laneOrder } from "#lib/domain/lane-order.ts";

const needs = (text: string) => {
  const [consumer = "", provider = ""] = text.split(">");
  return { consumer, provider };
};

describe("The order of lanes", () => {
  it.each([
    ["as asked for, where nobody needs anybody", "a b c", "", "a b c"],
    ["who needs before who is needed", "billing shop", "shop>billing", "shop billing"],
    ["along a chain, whatever was asked for", "c b a", "a>b b>c", "a b c"],
    ["through a service that does not move, as asked for", "b a", "a>x x>b", "b a"],
    ["ties as asked for", "db left right top", "top>left top>right left>db right>db", "top left right db"],
    ["the free ones as early as they were asked for", "x b a y", "a>b", "x a b y"],
    ["a service that needs itself", "b a", "a>a a>b", "a b"],
  ])("is %s", (_words, asked, dependencies, order) => {
    const edges = dependencies === "" ? [] : dependencies.split(" ").map(needs);
    expect(laneOrder(asked.split(" "), edges)).toEqual({ order: order.split(" "), cycles: [] });
  });

  it.each([
    ["two that need each other go as asked for", "b a", "a>b b>a", "b a", ["b a"]],
    ["whoever needs one of a cycle goes before it", "a b c", "a>b b>a c>a", "c a b", ["a b"]],
    ["whoever a cycle needs goes after it", "c b a", "a>b b>a a>c", "b a c", ["b a"]],
    ["two cycles, one needing the other", "a b c d", "a>b b>a c>d d>c d>a", "c d a b", ["c d", "a b"]],
    ["a cycle of three", "a b c", "a>b b>c c>a", "a b c", ["a b c"]],
  ])("%s", (_words, asked, dependencies, order, cycles) => {
    expect(laneOrder(asked.split(" "), dependencies.split(" ").map(needs))).toEqual({
      order: order.split(" "),
      cycles: cycles.map((cycle) => cycle.split(" ")),
    });
  });

  it("never puts a provider before its consumer outside a cycle, in any of 720 orders of six", () => {
    const edges = ["a>b", "a>c", "b>d", "c>d", "e>d", "e>f"].map(needs);
    for (const asked of permutations(["a", "b", "c", "d", "e", "f"])) {
      const { order, cycles } = laneOrder(asked, edges);
      expect(cycles).toEqual([]);
      expect(edges.every((edge) => order.indexOf(edge.consumer) < order.indexOf(edge.provider))).toBe(true);
      expect(order.toSorted()).toEqual(asked.toSorted());
    }
  });
});

function permutations(all: string[]): string[][] {
  if (all.length < 2) return [all];
  return all.flatMap((one) =>
    permutations(all.filter((other) => other !== one)).map((rest) => [one, ...rest]),
  );
}
