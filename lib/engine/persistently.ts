import { setTimeout as delay } from "node:timers/promises";
import { Refusal } from "#lib/domain/errors.ts";
import { Parted } from "#lib/engine/run.ts";
import { errorCodes } from "#lib/platform/db/transact.ts";

const pausesMs = [50, 100, 250, 500];
const codes = /^(?:P100[1289]|P1017|P2024|P2028|ECONN\w+|EPIPE|ETIMEDOUT|ENOENT|57P0\d|08\d{3})$/;
const words =
  /connection (?:terminated|timeout|refused|reset)|server closed the connection|timeout exceeded when trying to connect|not queryable/i;

/** Whether the database could not be reached, so that nothing is known to have been written. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof Refusal) return error.code === "AUDIT_UNAVAILABLE";
  if (errorCodes(error).some((code) => codes.test(code))) return true;
  return error instanceof Error && words.test(error.message);
}

/**
 * Asks the database until it answers: for whatever has to be read or written before anything else may happen.
 * `work` may have been committed although its answer was lost. `assertHeld` may end the waiting by throwing.
 */
export async function persistently<R>(work: () => Promise<R>, assertHeld?: () => void): Promise<R> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await delay(pausesMs[Math.min(attempt, pausesMs.length - 1)]);
      assertHeld?.();
    }
  }
}

/** Ends such waiting once the signal is aborted. */
export function letGo(signal: AbortSignal): () => void {
  return () => {
    if (signal.aborted) throw new Parted("This execution was told to let go.");
  };
}
