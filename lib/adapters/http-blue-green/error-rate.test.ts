import { expect, it } from "vitest";
import { errorRateOf } from "#lib/adapters/http-blue-green/error-rate.ts";

it("finds the rate in JSON, what only the current environment served before the total", () => {
  expect(errorRateOf('{"error_rate":0.2}', undefined)).toBe(0.2);
  expect(errorRateOf('{"errorRate":0.2,"current":{"errorRate":0.001}}', undefined)).toBe(0.001);
  expect(errorRateOf('{"a":{"b":[{"rate":0.5}]}}', "a.b[0].rate")).toBe(0.5);
});

it("finds it in the Prometheus format, the worst of several", () => {
  const text =
    '# HELP x\n# TYPE app_error_ratio gauge\napp_error_ratio{a="1"} 0.01\napp_error_ratio{a="2"} 0.3 1700000000\n';
  expect(errorRateOf(text, undefined)).toBe(0.3);
  expect(errorRateOf(text, "app_error_ratio")).toBe(0.3);
  expect(errorRateOf(text, "another")).toBeUndefined();
});

it("tells not measured from not there", () => {
  expect(errorRateOf('{"current":{"errorRate":null},"errorRate":0.4}', undefined)).toBeNull();
  expect(errorRateOf("app_error_ratio NaN\n", undefined)).toBeNull();
  expect(errorRateOf("{}", undefined)).toBeUndefined();
  expect(errorRateOf('{"error_rate":"low"}', undefined)).toBeUndefined();
  expect(errorRateOf("<html>", undefined)).toBeUndefined();
});
