import { expect, it } from "vitest";
import { procedureHistory, type PastRun } from "#lib/domain/procedure-history.ts";

const runs = (...seconds: number[]): PastRun[] => seconds.map((one) => ({ seconds: one, down: null }));
const minutes = (...all: number[]): PastRun[] => runs(...all.map((one) => one * 60));

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
  ["to a tenth of a minute", runs(92, 95), { runs: 2, p50Minutes: 1.5, p95Minutes: 1.6 }],
  ["never no time at all", runs(0, 1), { runs: 2, p50Minutes: 0.1, p95Minutes: 0.1 }],
])("by nearest rank, %s", (_words, past, history) => {
  expect(procedureHistory(past)).toEqual({ ...history, downtime: null });
});

it("says nothing where there was no run", () => {
  expect(procedureHistory([])).toBeNull();
});

it("tells the downtime from three runs on that it is known of", () => {
  const past = [60, 0, 30, null].map((down) => ({ seconds: 120, down }));
  expect(procedureHistory(past)?.downtime).toEqual({ p50Minutes: 0.5, p95Minutes: 1 });
  expect(procedureHistory(past.slice(1))?.downtime).toBeNull();
});
