import { expect, it } from "vitest";
import { splitFields } from "#components/ui/schema-form/split-fields.ts";

const fields = (needed: number, rest: number) =>
  Array.from({ length: needed + rest }, (_, at) => [`f${at}`, {}, at >= rest] as [string, object, boolean]);
const counts = (needed: number, rest: number) => {
  const split = splitFields(fields(needed, rest));
  return [split.needed.length, split.rest.length];
};

it("A long form shows what is needed first, and a short one everything in its own order", () => {
  expect(counts(2, 11)).toEqual([2, 11]);
  expect(counts(2, 5)).toEqual([7, 0]);
  expect(splitFields(fields(1, 3)).needed.map(([name]) => name)).toEqual(["f0", "f1", "f2", "f3"]);
});

it("Nothing is put away where nothing is needed, or where it is hardly anything", () => {
  expect(counts(0, 12)).toEqual([12, 0]);
  expect(counts(9, 3)).toEqual([12, 0]);
});
