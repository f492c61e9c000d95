import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { isRunning, ProcessIdentity, processIdentity } from "#lib/platform/process-identity.ts";

export type Lock = { release: () => void };

/**
 * Takes a lock that lives in a file and ends with its process, however that ends.
 * Returns the lock, or who holds it.
 */
export function takeLock(file: string): Lock | { holder: ProcessIdentity } {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  fs.writeFileSync(draft, JSON.stringify(processIdentity(process.pid)));
  try {
    for (;;) {
      if (linkIfFree(draft, file)) return { release: () => fs.rmSync(file, { force: true }) };
      const holder = readIdentity(file);
      if (holder !== undefined && isRunning(holder)) return { holder };
      removeIfStillDead(file);
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Waits for the lock. Throws when another process holds it for longer than `ms`. */
export async function waitForLock(file: string, ms: number): Promise<Lock> {
  const end = Date.now() + ms;
  for (;;) {
    const taken = takeLock(file);
    if ("release" in taken) return taken;
    if (Date.now() > end) {
      throw new Error(`${file} is held by process ${taken.holder.pid} for more than ${ms / 1000} s.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The process that a file names, or undefined when there is no such file or nothing sensible in it. */
export function readIdentity(file: string): ProcessIdentity | undefined {
  try {
    return ProcessIdentity.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

function linkIfFree(draft: string, file: string): boolean {
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Another process may replace a dead lock by its own at the same moment: look at what was moved away. */
function removeIfStillDead(file: string): void {
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  const moved = readIdentity(aside);
  if (moved !== undefined && isRunning(moved)) linkIfFree(aside, file);
  fs.rmSync(aside, { force: true });
}
