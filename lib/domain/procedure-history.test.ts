import { expect, it } from "vitest";
import { procedureHistory } from "#lib/domain/procedure-history.ts";

const minutes = (...all: number[]): number[] => all.map((one) => one * 60);

it.each([
  ["one run is both", minutes(4), { runs: 1, p50Minutes: 4, p95Minutes: 4 }],
  ["of two, half took no longer than the shorter", minutes(9, 3), { runs: 2, p50Minutes: 3, p95Minutes: 9 }],
  ["of three, the middle one", minutes(9, 1, 3), { runs: 3, p50Minutes: 3, p95Minutes: 9 }],
  [
    "of twenty, the tenth and the nineteenth",
    minutes(...Array.from({ length: 20 }, (_, at) => 20 - at)),
    { runs: 20, p50Minutes: 10, p95Minutes: 19 },
  ],
  [
    "of twenty-one, the eleventh and the twentieth",
    minutes(...Array.from({ length: 21 }, (_, at) => at + 1)),
    { runs: 21, p50Minutes: 11, p95Minutes: 20 },
  ],
  ["to a tenth of a minute", [92, 95], { runs: 2, p50Minutes: 1.5, p95Minutes: 1.6 }],
  ["never no time at all", [0, 1], { runs: 2, p50Minutes: 0.1, p95Minutes: 0.1 }],
])("by nearest rank, %s", (_words, seconds, history) => {
  expect(procedureHistory(seconds)).toEqual(history);
});

it("says nothing where there was no run", () => {
  expect(procedureHistory([])).toBeNull();
});
