import type { ProcedureHistory } from "#lib/domain/build-plan-input.ts";

/**
 * What earlier runs say about the next one, from how long each took in seconds: by nearest rank, so that each figure is
 * one that really happened. In minutes, to a tenth. Null where there was none. Pure.
 */
export function procedureHistory(seconds: readonly number[]): ProcedureHistory | null {
  if (seconds.length === 0) return null;
  const sorted = seconds.toSorted((a, b) => a - b);
  const ranked = (share: number): number => {
    const value = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return Math.max(1, Math.round(value / 6)) / 10;
  };
  return { runs: sorted.length, p50Minutes: ranked(0.5), p95Minutes: ranked(0.95) };
}
