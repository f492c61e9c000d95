import type { Sample } from "#lib/domain/facts-from-signals.ts";
import type { Tx } from "#lib/platform/db/client.ts";

const windowMs = 20 * 60_000;
const mostRows = 5_000;

/** The samples of an environment of the last 20 minutes, newest first. */
export async function recentSignals(
  tx: Tx,
  serviceId: string,
  environment: string,
  now: Date,
): Promise<Sample[]> {
  const rows = await tx.signal.findMany({
    where: { serviceId, environment, at: { gte: new Date(now.getTime() - windowMs) } },
    orderBy: { at: "desc" },
    take: mostRows,
    select: { name: true, value: true, unit: true, at: true },
  });
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
