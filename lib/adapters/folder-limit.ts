import { lstat, readdir } from "node:fs/promises";
import path from "node:path";

const everyMs = 200;

/**
 * Runs `work` while what is in the folder stays within `mostBytes`; past that its signal is aborted. `isTooLarge` tells
 * whether it was, looked at once more when the work has ended. Throws what `work` throws, unless it was too large.
 */
export async function withinBytes<T>(
  folder: string,
  mostBytes: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ isTooLarge: false; result: T } | { isTooLarge: true }> {
  const full = new AbortController();
  const look = async (): Promise<void> => {
    if ((await bytesIn(folder, mostBytes)) > mostBytes) full.abort();
  };
  let looking = Promise.resolve();
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    looking = look().finally(() => (isLooking = false));
  }, everyMs);
  const over = async (): Promise<boolean> => {
    clearInterval(timer);
    await looking;
    await look();
    return full.signal.aborted;
  };
  try {
    const result = await work(AbortSignal.any([signal, full.signal]));
    return (await over()) ? { isTooLarge: true } : { isTooLarge: false, result };
  } catch (error) {
    if (await over()) return { isTooLarge: true };
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Links are not followed. It stops counting past `most`. */
async function bytesIn(folder: string, most: number): Promise<number> {
  let bytes = 0;
  // What is renamed or removed meanwhile is seen the next time.
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += await bytesIn(place, most - bytes);
    else if (entry.isFile()) bytes += (await lstat(place).catch(() => null))?.size ?? 0;
    if (bytes > most) return bytes;
  }
  return bytes;
}
