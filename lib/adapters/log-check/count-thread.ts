import { parentPort, workerData } from "node:worker_threads";
import { countLines } from "#lib/adapters/log-check/count-lines.ts";
import type { Asked, Counted } from "#lib/adapters/log-check/count-lines.ts";

/* A thread of its own: a pattern that takes for ever is ended with it, and holds nothing else up. */
export type Told = { counted: Counted } | { failed: string };

parentPort?.postMessage(tell(workerData as Asked));

function tell(asked: Asked): Told {
  try {
    return { counted: countLines(asked) };
  } catch (error) {
    if (error instanceof TypeError && error.message === "not a file") return { failed: "NOT_A_FILE" };
    if (error instanceof Error && "code" in error) return { failed: String(error.code) };
    throw error;
  }
}
