import { describe, expect, it } from "vitest";
import { parseStatus } from "#lib/adapters/http-blue-green/status.ts";
import { Fault } from "#lib/domain/errors.ts";

const history = [
  { version: "2.2.1", environment: "green", timestamp: "2026-01-01T00:00:00Z" },
  { version: "2.3.0", environment: "blue", timestamp: "2026-02-01T00:00:00Z" },
  { version: "2.4.0", environment: "green", timestamp: "2026-03-01T00:00:00Z" },
];
const shapes: [string, unknown][] = [
  ["history alone tells the versions", { currentEnvironment: "green", deploymentHistory: history }],
  ["history in the wrong order", { currentEnvironment: "green", deploymentHistory: history.toReversed() }],
  [
    "environments by name",
    {
      currentEnvironment: "GREEN",
      environments: { blue: { version: "2.3.0", health: "healthy" }, green: { version: "2.4.0" } },
    },
  ],
  [
    "environments as a list",
    {
      environments: [
        { name: "blue", version: "2.3.0" },
        { name: "green", version: "2.4.0", active: true },
      ],
    },
  ],
  [
    "current and previous at the top",
    { current: "green", currentVersion: "2.4.0", previousEnvironment: "blue", previousVersion: "2.3.0" },
  ],
  ["environments at the top", { active: "green", blue: { version: "2.3.0" }, green: { version: "2.4.0" } }],
  [
    "versions as plain texts",
    { currentEnvironment: "green", environments: { blue: "2.3.0", green: "2.4.0" } },
  ],
  [
    "an object as current, in an envelope",
    { status: { current: { environment: "green", version: "2.4.0" }, idle: "blue", idleVersion: "2.3.0" } },
  ],
  [
    "a failed deployment in the history",
    {
      currentEnvironment: "green",
      deploymentHistory: [
        ...history,
        { version: "9.9.9", environment: "blue", timestamp: "2026-04-01", status: "failed" },
      ],
    },
  ],
];

describe("a status document", () => {
  it.each(shapes)("is understood: %s", (_name, document) => {
    expect(parseStatus(JSON.stringify(document))).toMatchObject({
      current: { environment: "green", version: "2.4.0" },
      idle: { environment: "blue", version: "2.3.0" },
    });
  });

  it("leaves open what it does not tell", () => {
    expect(parseStatus('{"currentEnvironment":"green"}')).toEqual({
      current: { environment: "green", version: null },
      idle: { environment: "blue", version: null, isHealthy: null },
      history: [],
    });
    const three = { currentEnvironment: "a", environments: { a: "1", b: "2", c: "3" } };
    expect(parseStatus(JSON.stringify(three)).idle).toBeNull();
  });

  it("tells whether the idle environment is healthy, if that is shown", () => {
    const health = (idle: unknown) =>
      parseStatus(JSON.stringify({ current: "green", environments: { blue: idle, green: {} } })).idle
        ?.isHealthy;
    expect(health({ health: "healthy" })).toBe(true);
    expect(health({ health: { status: "UP" } })).toBe(true);
    expect(health({ health: "degraded" })).toBe(false);
    expect(health({ healthy: false })).toBe(false);
    expect(health({ version: "1" })).toBeNull();
  });

  it.each([
    "",
    "<html>Bad gateway</html>",
    "null",
    "[]",
    "42",
    "{}",
    '{"currentEnvironment":7}',
    '{"currentEnvironment":""}',
    '{"currentEnvironment":"a\\u0000b"}',
    '{"environments":{"blue":{"active":true},"green":{"active":true}}}',
    '{"currentEnvironment":"green","currentVersion":"1","environments":{"green":{"version":"2"}}}',
  ])("that is something else is a permanent fault which shows what was seen: %s", (body) => {
    const look = (): unknown => parseStatus(body);
    expect(look).toThrow(Fault);
    expect(look).toThrow("The status document cannot be read");
  });
});
