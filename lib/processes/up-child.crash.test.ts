import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readIdentity } from "#lib/platform/folder-lock.ts";
import { isRunning } from "#lib/platform/process-identity.ts";
import { UpChild } from "#lib/processes/up-child.ts";
import { lastLines } from "#lib/processes/up-log-file.ts";

const dataFolder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-child-"));
afterAll(() => fs.rmSync(dataFolder, { recursive: true, force: true }));

const identityOf = (name: string) => readIdentity(path.join(dataFolder, "processes", name));

function child(name: string, code: string): { child: UpChild; said: string[] } {
  const said: string[] = [];
  const made = new UpChild({
    name,
    dataFolder,
    args: ["-e", code],
    environment: {},
    onUnexpectedEnd: (sentence) => said.push(sentence),
  });
  made.start();
  return { child: made, said };
}

const ready = 'console.log("hello"); process.send("ready"); setInterval(() => {}, 1000);';

describe("a supervised process", () => {
  it("says when it is ready, writes its own log, and ends when asked", async () => {
    const { child: one, said } = child("one", `process.on("disconnect", () => process.exit()); ${ready}`);
    await expect.poll(() => one.isReady).toBe(true);
    expect(lastLines(dataFolder, "one", 1)).toBe("hello");
    const identity = identityOf("one");
    await one.stop(2000);
    expect(identity !== undefined && isRunning(identity)).toBe(false);
    expect(identityOf("one")).toBeUndefined();
    expect(said).toEqual([]);
  });

  it("is started again after SIGKILL, and is another process then", async () => {
    const { child: one, said } = child("killed", ready);
    await expect.poll(() => one.isReady).toBe(true);
    const first = identityOf("killed");
    process.kill(first?.pid ?? 0, "SIGKILL");
    await expect.poll(() => one.ends).toBe(1);
    await expect.poll(() => one.isReady, { timeout: 5000 }).toBe(true);
    expect(identityOf("killed")?.pid).not.toBe(first?.pid);
    expect(said).toEqual(["killed ended (SIGKILL) and is started again."]);
    await one.stop(2000);
  });

  it("is killed when it does not end in time", async () => {
    const { child: one } = child("stubborn", `process.on("SIGTERM", () => {}); ${ready}`);
    await expect.poll(() => one.isReady).toBe(true);
    const identity = identityOf("stubborn");
    await one.stop(200);
    expect(identity !== undefined && isRunning(identity)).toBe(false);
  });
});
