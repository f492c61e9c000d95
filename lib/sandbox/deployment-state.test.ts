import { join } from "node:path";
import { expect, it } from "vitest";
import { DeploymentState } from "./deployment-state.ts";
import { checkoutProduction } from "./fleet.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const createdAt = "2026-01-01T00:00:00.000Z";
const newFile = (): string => join(temporaryFolder(), "checkout.json");
const open = (path: string): DeploymentState => new DeploymentState(path, checkoutProduction, createdAt);

it("the bad version is active at first, as the newest deployment", () => {
  const state = open(newFile());
  expect(state.active).toBe("green");
  expect(state.history.map(({ version }) => version)).toEqual(["2.1.0", "2.2.1", "2.3.0", "2.4.0"]);
  expect(state.history.at(-1)?.at).toBe(createdAt);
});

it("a switch is on disk when it takes effect", () => {
  const path = newFile();
  expect(open(path).switchTo("blue", "rollback", null)).toMatchObject({
    status: 200,
    body: { changed: true },
  });
  expect(open(path).active).toBe("blue");
  expect(open(path).history.at(-1)).toMatchObject({
    version: "2.3.0",
    environment: "blue",
    action: "rollback",
  });
});

it("a key gets its first answer again, also after a restart, and another body is refused", () => {
  const path = newFile();
  const request = { key: "k-1", text: "{}" };
  const first = open(path).switchTo("blue", "rollback", request);
  expect(open(path).recall(request)).toEqual(first);
  expect(open(path).recall({ key: "k-1", text: '{"to":"green"}' })?.status).toBe(409);
  expect(open(path).recall({ key: "k-2", text: "{}" })).toBeNull();
});

it("a wish that holds already changes nothing", () => {
  const state = open(newFile());
  expect(state.rollbackTarget({ from: "blue", to: "green", version: "2.4.0" })).toMatchObject({
    status: 200,
    body: { changed: false, currentEnvironment: "green" },
  });
});

it("a precondition that does not hold is a conflict", () => {
  const state = open(newFile());
  expect(state.rollbackTarget({ from: "blue" })).toMatchObject({ status: 409 });
  expect(state.rollbackTarget({ to: "blue", version: "2.2.1" })).toMatchObject({ status: 409 });
});

it("without a precondition the way goes to the other colour", () => {
  expect(open(newFile()).rollbackTarget({})).toBe("blue");
});
