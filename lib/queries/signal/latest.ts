import type { SignalView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";

/** The newest value of each signal of an environment, none older than `maxAgeMs`. */
export async function latestSignals(
  serviceId: string,
  environment: string,
  now: Date,
  maxAgeMs = 120_000,
): Promise<SignalView[]> {
  const since = new Date(now.getTime() - maxAgeMs);
  const rows = await db().$queryRaw<{ name: string; value: number; unit: string | null; at: Date }[]>`
    SELECT DISTINCT ON (name) name, value, unit, at FROM signal
    WHERE service_id = ${serviceId} AND environment = ${environment} AND at >= ${since}
    ORDER BY name, at DESC`;
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
