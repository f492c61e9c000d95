import { expect, it } from "vitest";
import { claimSandboxPorts, readSandboxPorts } from "./ports.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it("ports are chosen once, remembered, and all different", async () => {
  const dir = temporaryFolder();
  expect(readSandboxPorts(dir)).toBeNull();
  const ports = await claimSandboxPorts(dir);
  expect(await claimSandboxPorts(dir)).toEqual(ports);
  expect(readSandboxPorts(dir)).toEqual(ports);
  expect(new Set(Object.values(ports)).size).toBe(6);
});

it("a wanted port wins and is remembered", async () => {
  const dir = temporaryFolder();
  const first = await claimSandboxPorts(dir);
  expect(await claimSandboxPorts(dir, { proxy: 8_080 })).toEqual({ ...first, proxy: 8_080 });
  expect(readSandboxPorts(dir)?.proxy).toBe(8_080);
});
