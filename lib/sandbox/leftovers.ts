import { rmSync } from "node:fs";
import { readIdentity } from "#lib/platform/folder-lock.ts";
import { hasEndedWithin, signal } from "#lib/platform/process-identity.ts";
import { processFile } from "./kept-process.ts";

/**
 * Ends what an earlier supervisor left behind. Its children follow it by themselves within moments; only one that
 * was frozen needs force.
 * @returns how many had to be forced
 */
export const endLeftovers = async (dataDir: string, roles: readonly string[]): Promise<number> => {
  const forced = await Promise.all(
    roles.map(async (role) => {
      const file = processFile(dataDir, role);
      const identity = readIdentity(file);
      if (!identity) return false;
      const hasLeft = await hasEndedWithin(identity, 1_500);
      if (!hasLeft) {
        signal(identity, "SIGKILL");
        await hasEndedWithin(identity, 1_500);
      }
      rmSync(file, { force: true });
      return !hasLeft;
    }),
  );
  return forced.filter(Boolean).length;
};
