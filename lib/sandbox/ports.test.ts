import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { claimSandboxPorts, readSandboxPorts } from "./ports.ts";

it("ports are chosen once, remembered, and all different", async () => {
  const dir = mkdtempSync(join(tmpdir(), "sandbox-ports-"));
  expect(readSandboxPorts(dir)).toBeNull();
  const ports = await claimSandboxPorts(dir);
  expect(await claimSandboxPorts(dir)).toEqual(ports);
  expect(readSandboxPorts(dir)).toEqual(ports);
  expect(new Set(Object.values(ports)).size).toBe(6);
});

it("a wanted port wins and is remembered", async () => {
  const dir = mkdtempSync(join(tmpdir(), "sandbox-ports-"));
  const first = await claimSandboxPorts(dir);
  expect(await claimSandboxPorts(dir, { proxy: 8_080 })).toEqual({ ...first, proxy: 8_080 });
  expect(readSandboxPorts(dir)?.proxy).toBe(8_080);
});
