import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readIdentity, takeLock, waitForLock } from "#lib/platform/folder-lock.ts";
import { processIdentity } from "#lib/platform/process-identity.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-lock-"));
const file = path.join(folder, "up.lock");
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const isTaken = (taken: ReturnType<typeof takeLock>): boolean => "release" in taken;

describe("a lock in a folder", () => {
  it("is held by one at a time, who can be named", async () => {
    const lock = await waitForLock(file, 0);
    expect(takeLock(file)).toEqual({ holder: processIdentity(process.pid) });
    await expect(waitForLock(file, 10)).rejects.toThrow(`is held by process ${process.pid}`);
    lock.release();
    const again = await waitForLock(file, 0);
    again.release();
  });

  it("is free when its holder was killed", async () => {
    const holder = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(holder, "spawn");
    fs.writeFileSync(file, JSON.stringify(processIdentity(holder.pid ?? 0)));
    expect(isTaken(takeLock(file))).toBe(false);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect(isTaken(takeLock(file))).toBe(true);
    fs.rmSync(file);
  });

  it("is free when its holder's number went to another process", () => {
    fs.writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: "another time" }));
    expect(isTaken(takeLock(file))).toBe(true);
    fs.rmSync(file);
  });

  it("is free when a power cut left half of it", () => {
    fs.writeFileSync(file, '{"pid": 12');
    expect(isTaken(takeLock(file))).toBe(true);
    expect(readIdentity(file)).toEqual(processIdentity(process.pid));
    expect(fs.readdirSync(folder)).toEqual(["up.lock"]);
    fs.rmSync(file);
  });
});
