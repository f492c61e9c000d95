import { readFileSync, readlinkSync } from "node:fs";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** Whose it is stands in its name: process-id namespace, process id, and when that process began. */
const form = /^lastgood-([a-z]+)-(\d+)-(\d+)-(\d+)-\w{6}$/;

/** A folder of its own, readable by this user alone, which is removed after `work`. */
export async function withWorkFolder<T>(kind: string, work: (folder: string) => Promise<T>): Promise<T> {
  const began = beganAt(process.pid) ?? "0";
  const name = `lastgood-${kind}-${namespace()}-${process.pid}-${began}-`;
  const folder = await mkdtemp(path.join(tmpdir(), name));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** No step takes so long: a container that was started anew cannot ask about the processes of the one before. */
const longestUseMs = 24 * 3600_000;

/**
 * Removes the folders that killed processes left behind: this user's own, by a process that is gone, or of a day ago
 * where process ids mean something else than here. Links are neither followed nor removed. Resolves to their names; what
 * cannot be removed stays, and is tried by the next who starts.
 */
export async function sweepWorkFolders(parent: string = tmpdir()): Promise<string[]> {
  const swept: string[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const [, , where = "", pid = "", began = ""] = form.exec(name) ?? [];
    const isOurs = where === namespace();
    if (pid === "" || (isOurs && isAlive(Number(pid), began))) continue;
    const folder = path.join(parent, name);
    const found = await lstat(folder).catch(() => null);
    if (found === null || !found.isDirectory() || found.uid !== process.getuid?.()) continue;
    if (!isOurs && Date.now() - found.mtimeMs < longestUseMs) continue;
    const isGone = await rm(folder, { recursive: true, force: true }).then(
      () => true,
      () => false,
    );
    if (isGone) swept.push(name);
  }
  return swept;
}

function isAlive(pid: number, began: string): boolean {
  if (process.platform === "linux") return beganAt(pid) === began;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** In clock ticks since the machine started; null where nobody runs under this number, or where that is not told. */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name before it may itself contain spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** Containers may share a folder, and never a process id. */
function namespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}
