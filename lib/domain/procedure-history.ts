import type { ProcedureHistory } from "#lib/domain/build-plan-input.ts";

/** One earlier run, in seconds; `down` null: what users noticed of it is not known. */
export type PastRun = { seconds: number; down: number | null };

/** Three runs are the least that say anything about the next one. */
export const enoughRuns = 3;

/**
 * What earlier runs say about the next one: by nearest rank, so that each figure is one that really happened. In
 * minutes, to a tenth. Null where there was none. Pure.
 */
export function procedureHistory(runs: readonly PastRun[]): ProcedureHistory | null {
  if (runs.length === 0) return null;
  const seconds = runs.map((run) => run.seconds);
  const down = runs.flatMap((run) => run.down ?? []);
  return {
    runs: runs.length,
    p50Minutes: Math.max(0.1, ranked(seconds, 0.5)),
    p95Minutes: Math.max(0.1, ranked(seconds, 0.95)),
    downtime:
      down.length < enoughRuns ? null : { p50Minutes: ranked(down, 0.5), p95Minutes: ranked(down, 0.95) },
  };
}

function ranked(seconds: readonly number[], share: number): number {
  const sorted = seconds.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return Math.round(value / 6) / 10;
}
