import type { StatusSnapshot } from "#lib/domain/status.ts";
import { createLog } from "#lib/platform/log.ts";
import { statusSnapshot } from "#lib/queries/status/snapshot.ts";

const freshMs = 2000;
let kept: { at: number; snapshot: Promise<StatusSnapshot> } | undefined;

/**
 * The public snapshot, asked of the database at most every two seconds however many people look. Null when the
 * database cannot say: that is "unknown", never green.
 */
export async function cachedStatusSnapshot(): Promise<StatusSnapshot | null> {
  const now = performance.now();
  if (!kept || now - kept.at > freshMs) kept = { at: now, snapshot: statusSnapshot(new Date()) };
  try {
    return await kept.snapshot;
  } catch (error) {
    createLog("status").warn({ err: error }, "the status cannot be read");
    return null;
  }
}
