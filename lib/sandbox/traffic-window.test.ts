import { expect, it } from "vitest";
import { TrafficWindow } from "./traffic-window.ts";

const start = Date.parse("2026-01-01T00:00:00Z");

it("nothing measured is null, not zero", () => {
  const window = new TrafficWindow(start);
  expect(window.measure(start + 5_000, 30)).toMatchObject({ requests: 0, errorRate: null, p95Ms: null });
});

it("a rate is the share of answers from 500 up", () => {
  const window = new TrafficWindow(start);
  for (let index = 0; index < 10; index += 1)
    window.record(start + 1_000, index < 2 ? 503 : 404, 10 * (index + 1));
  expect(window.measure(start + 2_000, 30)).toMatchObject({
    requests: 10,
    errors: 2,
    errorRate: 0.2,
    averageMs: 55,
    p50Ms: 60,
    p95Ms: 100,
  });
});

it("what is older than the window no longer counts", () => {
  const window = new TrafficWindow(start);
  window.record(start, 500, 10);
  window.record(start + 40_000, 200, 10);
  expect(window.measure(start + 41_000, 30)).toMatchObject({ requests: 1, errorRate: 0, seconds: 30 });
  expect(window.measure(start + 41_000, 60)).toMatchObject({ requests: 2, errorRate: 0.5, seconds: 41 });
});
