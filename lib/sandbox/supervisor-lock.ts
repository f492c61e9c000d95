import { readFileSync, rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { readFileIfPresent, writeFileAtomically } from "./atomic-file.ts";
import { pidFile } from "./kept-process.ts";

const role = "supervisor";

const isSupervisor = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return (
      process.platform !== "linux" || readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("sandbox/main.ts")
    );
  } catch {
    return false;
  }
};

/** Makes this process the only supervisor of `dataDir`. One whose own parent just died gets 3 s to leave. */
export const takeSupervisorLock = async (dataDir: string): Promise<void> => {
  const path = pidFile(dataDir, role);
  for (let tries = 0; ; tries += 1) {
    const pid = Number(readFileIfPresent(path) ?? 0);
    if (!isSupervisor(pid)) break;
    if (tries === 30) throw new Error(`A sandbox is already running on ${dataDir} (process ${pid}).`);
    await wait(100);
  }
  writeFileAtomically(path, `${process.pid}\n`);
};

export const releaseSupervisorLock = (dataDir: string): void =>
  rmSync(pidFile(dataDir, role), { force: true });
