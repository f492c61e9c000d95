import { setTimeout as pause } from "node:timers/promises";

const firstMs = 50;
const longestMs = 250;

/** Asks until there is an answer, ever less often; null when there is none within `patienceMs`. */
export async function waitUntil<T>(ask: () => Promise<T | null>, patienceMs: number): Promise<T | null> {
  const until = performance.now() + patienceMs;
  for (let delay = firstMs; ; delay = Math.min(delay * 1.5, longestMs)) {
    const answer = await ask();
    if (answer !== null || performance.now() + delay > until) return answer;
    await pause(delay);
  }
}
