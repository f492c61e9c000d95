import { Worker } from "node:worker_threads";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import type { Asked, Counted } from "#lib/adapters/log-check/count-lines.ts";
import type { Told } from "#lib/adapters/log-check/count-thread.ts";
import type { Settings } from "#lib/adapters/log-check/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Counts in a thread that is ended when the time is over. Throws Fault. */
export async function countFile(
  { settings, signal }: AdapterContext<Settings>,
  path: string,
): Promise<Counted> {
  const { pattern, ignoreCase, windowSeconds, utcOffset, maxMegabytes, timeoutMs } = settings;
  const asked: Asked = {
    path,
    pattern,
    ignoreCase,
    windowSeconds,
    utcOffset,
    maxBytes: maxMegabytes * 1024 * 1024,
    now: Date.now(),
  };
  if (signal.aborted) throw cancelled();
  const thread = new Worker(new URL("./count-thread.ts", import.meta.url), {
    workerData: asked,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  try {
    const told = await answerOf(thread, signal, timeoutMs);
    if ("counted" in told) return told.counted;
    throw faultOf(told.failed, path);
  } finally {
    await thread.terminate();
  }
}

function answerOf(thread: Worker, signal: AbortSignal, timeoutMs: number): Promise<Told> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooSlow(timeoutMs)), timeoutMs);
    const abort = (): void => reject(cancelled());
    signal.addEventListener("abort", abort, { once: true });
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    };
    thread.once("message", (told: Told) => resolve(told));
    thread.once("error", reject);
    thread.once("exit", end);
  });
}

function tooSlow(timeoutMs: number): Fault {
  return new Fault(
    "permanent",
    "TIMEOUT",
    `The log could not be searched within ${timeoutMs} ms.`,
    "Write a simpler pattern (no repetition within a repetition), or let less of the file be read.",
  );
}

function cancelled(): Fault {
  return new Fault("transient", "CANCELLED", "The search was cancelled.", "It only looks; run it again.");
}

function faultOf(code: string, path: string): Fault {
  if (code === "ENOENT" || code === "ENOTDIR")
    return new Fault(
      "transient",
      "LOG_MISSING",
      `The log ${path} is not there.`,
      "Check the path, and that the service writes it on the worker's machine. It is looked for again.",
    );
  if (code === "EACCES" || code === "EPERM")
    return new Fault(
      "permanent",
      "MISSING_PERMISSION",
      `The worker may not read ${path}, or not list its folder.`,
      "Let the worker's user read it, for instance by its group.",
    );
  if (code === "NOT_A_FILE" || code === "EISDIR")
    return new Fault("permanent", "NOT_A_FILE", `${path} is no plain file.`, "Name the log itself.");
  return new Fault(
    "transient",
    "LOG_UNREADABLE",
    `The log ${path} cannot be read (${code}).`,
    "Look at the disk of the worker's machine.",
  );
}
