import { db } from "#lib/platform/db/client.ts";
import type { Log } from "#lib/platform/log.ts";
import { metrics } from "#lib/web/metrics.ts";

type Counted = { a: string; b: string | null; n: number };

/** Reads what stands in the database into the gauges of this process. Never throws; a failed look shows as database_up 0. */
export async function refreshMetrics(log: Log): Promise<void> {
  const all = metrics();
  try {
    const [rollbacks, incidents, runs, [now]] = await Promise.all([
      db().$queryRaw<
        Counted[]
      >`SELECT state AS a, outcome AS b, count(*)::int AS n FROM rollback GROUP BY 1, 2`,
      db().$queryRaw<Counted[]>`SELECT state AS a, NULL AS b, count(*)::int AS n FROM incident GROUP BY 1`,
      db().$queryRaw<Counted[]>`SELECT kind AS a, state AS b, count(*)::int AS n FROM run GROUP BY 1, 2`,
      db().$queryRaw<
        { position: number; event_age: number | null; queue_age: number | null; alive: number }[]
      >`
        SELECT (SELECT position FROM chain_head WHERE id = 1)::float AS position,
          (SELECT extract(epoch FROM now() - e.at)::float FROM event e JOIN chain_head h ON h.position = e.position) AS event_age,
          (SELECT extract(epoch FROM now() - min(created_at))::float FROM run WHERE state = 'queued') AS queue_age,
          (SELECT count(*)::int FROM worker WHERE lease_until > now()) AS alive`,
    ]);
    const workers = await db().$queryRaw<{ id: string; age: number }[]>`
      SELECT id, extract(epoch FROM now() - heartbeat_at)::float AS age FROM worker
      WHERE heartbeat_at > now() - interval '1 hour'`;
    for (const gauge of [all.rollbacks, all.outcomes, all.incidents, all.runs, all.workerAgeSeconds])
      gauge.reset();
    for (const { a: state, b: outcome, n } of rollbacks) {
      all.rollbacks.inc({ state }, n);
      if (outcome !== null) all.outcomes.inc({ outcome }, n);
    }
    for (const { a: state, n } of incidents) all.incidents.set({ state }, n);
    for (const { a: kind, b: state, n } of runs) all.runs.set({ kind, state: state ?? "" }, n);
    for (const { id, age } of workers) all.workerAgeSeconds.set({ worker: id }, age);
    all.workersAlive.set(now?.alive ?? 0);
    all.chainPosition.set(now?.position ?? 0);
    all.eventAgeSeconds.set(now?.event_age ?? 0);
    all.oldestQueuedSeconds.set(now?.queue_age ?? 0);
    all.databaseUp.set(1);
  } catch (error) {
    all.databaseUp.set(0);
    log.warn({ err: error }, "metrics could not be read from the database");
  }
}
