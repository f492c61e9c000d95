import { expect, it } from "vitest";
import { readSettings } from "./settings.ts";

const needed = {
  NODE_ENV: "test",
  SANDBOX_DATA: "/tmp/x",
  SANDBOX_DATABASE_URL: "postgres://a@127.0.0.1/b",
} as const;

it("only the folder and the database are needed", () => {
  expect(readSettings(needed)).toMatchObject({
    consoleUrl: null,
    ports: {},
    trafficPerSecond: 12,
    followsParent: true,
  });
});

it.each([
  [{ ...needed, SANDBOX_DATA: "" }, "SANDBOX_DATA must name"],
  [{ ...needed, SANDBOX_DATABASE_URL: "mysql://x" }, "SANDBOX_DATABASE_URL must be"],
  [{ ...needed, SANDBOX_PROXY_PORT: "80a" }, "SANDBOX_PROXY_PORT must be a whole number"],
  [{ ...needed, LASTGOOD_URL: "console" }, "LASTGOOD_URL must be an address"],
])("a malformed variable is named in one sentence (%#)", (environment, sentence) => {
  expect(() => readSettings(environment)).toThrow(sentence);
});
