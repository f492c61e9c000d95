import { readFileSync, rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { readFileIfPresent } from "./atomic-file.ts";
import { pidFile } from "./kept-process.ts";

/** Whether `pid` runs one of our scripts for this data folder; a reused number is nobody's leftover. */
const isOurs = (pid: number, script: string, dataDir: string): boolean => {
  if (process.platform !== "linux") return false;
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words.includes(script) && words.includes(dataDir);
  } catch {
    return false;
  }
};

/**
 * Ends what an earlier supervisor left behind. Its children follow it by themselves within moments; only one that
 * was frozen needs this. Elsewhere than on Linux we cannot tell whose a process is, and wait only.
 * @returns how many had to be ended
 */
export const endLeftovers = async (
  dataDir: string,
  script: string,
  roles: readonly string[],
): Promise<number> => {
  let ended = 0;
  for (const role of roles) {
    const pid = Number(readFileIfPresent(pidFile(dataDir, role)) ?? 0);
    if (!Number.isInteger(pid) || pid <= 1) continue;
    for (let tries = 0; tries < 20 && isOurs(pid, script, dataDir); tries += 1) {
      if (tries === 10) {
        process.kill(pid, "SIGKILL");
        ended += 1;
      }
      await wait(100);
    }
    rmSync(pidFile(dataDir, role), { force: true });
  }
  return ended;
};
