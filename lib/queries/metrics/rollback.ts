import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { readableServiceIds } from "#lib/queries/service/readable-ids.ts";

type Spread = { median: number | null; p95: number | null };
export type RollbackMetrics = {
  days: number;
  total: number;
  byOutcome: Record<string, number>;
  rollbackSeconds: Spread;
  decideSeconds: Spread;
  recoverSeconds: Spread;
};

const dayMs = 86_400_000;

/** Rollbacks that ended in the last `days` days, drills left out. Times in seconds; null where nothing was measured. */
export async function rollbackMetrics(actor: Actor, days: number, now: Date): Promise<RollbackMetrics> {
  const ids = await readableServiceIds(await readableSystems(actor, "rollback.read"));
  const since = new Date(now.getTime() - days * dayMs);
  const where = { drill: false, ...(ids ? { serviceId: { in: ids } } : {}) };
  const rollbacks = await db().rollback.findMany({
    where: { ...where, endedAt: { gte: since } },
    select: { outcome: true, startedAt: true, endedAt: true },
  });
  const incidents = await db().incident.findMany({
    where: { ...where, detectedAt: { gte: since } },
    select: { detectedAt: true, decidedAt: true, recoveredAt: true },
  });
  const byOutcome: Record<string, number> = {};
  for (const { outcome } of rollbacks) {
    if (outcome !== null) byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1;
  }
  return {
    days,
    total: rollbacks.length,
    byOutcome,
    rollbackSeconds: spread(rollbacks.map(({ startedAt, endedAt }) => [startedAt, endedAt])),
    decideSeconds: spread(incidents.map(({ detectedAt, decidedAt }) => [detectedAt, decidedAt])),
    recoverSeconds: spread(incidents.map(({ detectedAt, recoveredAt }) => [detectedAt, recoveredAt])),
  };
}

function spread(pairs: readonly (readonly [Date | null, Date | null])[]): Spread {
  const seconds = pairs
    .flatMap(([from, to]) => (from && to ? [(to.getTime() - from.getTime()) / 1000] : []))
    .sort((a, b) => a - b);
  const at = (share: number): number | null => seconds[Math.ceil(seconds.length * share) - 1] ?? null;
  return { median: at(0.5), p95: at(0.95) };
}
