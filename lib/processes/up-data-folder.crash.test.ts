import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isRunning, processIdentity, type ProcessIdentity } from "#lib/platform/process-identity.ts";
import { endLeftovers, noteProcess, takeDataFolder } from "#lib/processes/up-data-folder.ts";

const place = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-up-"));
const dataFolder = path.join(place, "deep", "data");
afterAll(() => fs.rmSync(place, { recursive: true, force: true }));

/** A process that answers SIGTERM only if `isPolite`. */
async function bystander(isPolite: boolean): Promise<ProcessIdentity> {
  const code = `${isPolite ? "" : 'process.on("SIGTERM", () => {});'} setInterval(() => {}, 1000); console.log("up")`;
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const identity = processIdentity(child.pid ?? 0);
  if (identity === undefined) throw new Error("The process has ended already.");
  return identity;
}

describe("the data folder of a run", () => {
  it("is made where it is missing, and belongs to one run at a time", async () => {
    const folder = await takeDataFolder(dataFolder);
    expect(folder.wasCutOff).toBe(false);
    expect(folder.leftovers.size).toBe(0);
    const holder = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(holder, "spawn");
    fs.writeFileSync(path.join(dataFolder, "up.lock"), JSON.stringify(processIdentity(holder.pid ?? 0)));
    await expect(takeDataFolder(dataFolder)).rejects.toThrow(`already runs on ${dataFolder}`);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    const next = await takeDataFolder(dataFolder);
    expect(next.wasCutOff).toBe(true);
    next.release();
    expect((await takeDataFolder(dataFolder)).wasCutOff).toBe(false);
  });

  it("tells what a killed run left running, and ends it, by force where it must", async () => {
    const [polite, stubborn] = await Promise.all([bystander(true), bystander(false)]);
    noteProcess(dataFolder, "web", polite);
    noteProcess(dataFolder, "worker", stubborn);
    fs.rmSync(path.join(dataFolder, "up.lock"), { force: true });
    const folder = await takeDataFolder(dataFolder);
    expect([...folder.leftovers.keys()].sort()).toEqual(["web", "worker"]);
    await endLeftovers(dataFolder, folder.leftovers);
    expect(isRunning(polite) || isRunning(stubborn)).toBe(false);
    folder.release();
  });

  it("never touches a process that was given the number of an earlier one", async () => {
    const innocent = await bystander(true);
    noteProcess(dataFolder, "web", { pid: innocent.pid, startedAt: "long ago" });
    const folder = await takeDataFolder(dataFolder);
    expect(folder.leftovers.size).toBe(0);
    await endLeftovers(dataFolder, new Map([["web", { pid: innocent.pid, startedAt: "long ago" }]]));
    expect(isRunning(innocent)).toBe(true);
    process.kill(innocent.pid, "SIGKILL");
    folder.release();
  });

  it.each(["/proc/lastgood", "/dev/null/lastgood"])(
    "says in a sentence that %s cannot be written",
    async (folder) => {
      await expect(takeDataFolder(folder)).rejects.toThrow(`The data folder ${folder} cannot be written`);
    },
  );
});
