import { expect, it } from "vitest";
import { checkTarget } from "#lib/commands/service/check-targets.ts";

const secrets = (adapter: string, settings: Record<string, string | string[]>, names: string[]) =>
  checkTarget(
    {
      component: "code",
      adapter,
      settings,
      secrets: Object.fromEntries(names.map((name) => [name, "env:LASTGOOD_SECRET_ONE"])),
    },
    "",
  ).map(({ path }) => path);

it("an adapter that takes any secret takes any, and others only those that they name", () => {
  const command = { command: ["/opt/checks/smoke"] };
  expect(secrets("command", command, ["API_KEY", "stdin"])).toEqual([]);
  const address = { url: "http://127.0.0.1:8080" };
  expect(secrets("http-blue-green", address, ["token"])).toEqual([]);
  expect(secrets("http-blue-green", address, ["password", "constructor"])).toEqual([
    "secrets.password",
    "secrets.constructor",
  ]);
});
