import { expect, it } from "vitest";
import { signalFigure, signalTitle } from "#components/service/signal-figure.ts";

it("A share is told in per cent, a count without a unit, everything else as it was measured", () => {
  expect(signalFigure({ value: 0.18123, unit: "fraction" })).toBe("18.1 %");
  expect(signalFigure({ value: 23.64, unit: "percent" })).toBe("23.6 %");
  expect(signalFigure({ value: 348, unit: "count" })).toBe("348");
  expect(signalFigure({ value: 103.84, unit: "ms" }, 4)).toBe("103.8 ms");
  expect(signalFigure({ value: 7, unit: null })).toBe("7");
});

it("A signal's title leaves out the unit that stands beside its figure", () => {
  expect(signalTitle({ name: "response_time_ms", unit: "ms" })).toBe("Response time");
  expect(signalTitle({ name: "cpu_percent", unit: "percent" })).toBe("CPU");
  expect(signalTitle({ name: "error_rate", unit: "fraction" })).toBe("Error rate");
  expect(signalTitle({ name: "jobs", unit: null })).toBe("Jobs");
});
