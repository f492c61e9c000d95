import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { withinBytes } from "#lib/adapters/folder-limit.ts";
import { runProcess } from "#lib/adapters/run-process.ts";

const signal = new AbortController().signal;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "folder-limit-"));
  mkdirSync(path.join(folder, "deep"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("ends a program that writes without end into the folder, soon after the limit", async () => {
  const { ctx } = adapterContext({ settings: {} });
  const file = path.join(folder, "deep", "file");
  const script = `
    const { openSync, writeSync } = require("node:fs");
    const file = openSync(${JSON.stringify(file)}, "w");
    setInterval(() => writeSync(file, Buffer.alloc(100_000)), 5);`;
  const ended = await withinBytes(folder, 1_000_000, signal, (stop) =>
    runProcess({
      command: [process.execPath, "-e", script],
      workingFolder: "/",
      environment: {},
      input: undefined,
      timeoutMs: 60_000,
      signal: stop,
      redact: ctx.redact,
      log: ctx.log,
      endsGroup: true,
    }),
  );
  expect(ended).toEqual({ isTooLarge: true });
  const { size } = statSync(file);
  expect(size).toBeGreaterThan(1_000_000);
  expect(statSync(file).size).toBe(size);
});

it("tells of what was too large only at the very end, also where the work failed over it", async () => {
  const fill = (): Promise<void> => writeFile(path.join(folder, "file"), Buffer.alloc(11));
  expect(await withinBytes(folder, 11, signal, fill)).toEqual({ isTooLarge: false, result: undefined });
  expect(await withinBytes(folder, 10, signal, fill)).toEqual({ isTooLarge: true });
  const failing = (): Promise<never> => Promise.reject(new Error("no room"));
  expect(await withinBytes(folder, 10, signal, failing)).toEqual({ isTooLarge: true });
  await expect(withinBytes(folder, 11, signal, failing)).rejects.toThrow("no room");
});

it("passes on that its caller wants it stopped", async () => {
  const stopped = withinBytes(folder, 10, AbortSignal.abort(), (inner) => Promise.resolve(inner.aborted));
  expect(await stopped).toEqual({ isTooLarge: false, result: true });
});
