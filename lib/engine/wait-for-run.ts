import type { Json } from "#lib/domain/json.ts";
import { db } from "#lib/platform/db/client.ts";

const lookMs = 50;

/** Waits for a run to end, at most `patienceMs`. Its result; null when it failed or is not over yet. */
export async function waitForRun(id: string, patienceMs: number): Promise<Json> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const run = await db().run.findUnique({ where: { id }, select: { state: true, result: true } });
    if (run?.state === "done") return run.result as Json;
    if (run?.state === "failed" || performance.now() >= until) return null;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
