import { hostname } from "node:os";
import { db } from "#lib/platform/db/client.ts";
import type { Log } from "#lib/platform/log.ts";

export type Heartbeat = {
  /** Whether the last renewal is younger than the lease, by this machine's own clock. */
  holdsLease: () => boolean;
  /** Since when renewals have come without a gap, on the clock of performance.now(). */
  steadySince: () => number;
  /** Renews the lease now. */
  beat: () => Promise<void>;
  drain: () => Promise<void>;
  /** Ends the lease at once, so that others take over. */
  release: () => Promise<void>;
};

const slowestBeatMs = 1000;

/** Renews this worker's lease three times while it lasts, each second at least. While the database is away it keeps trying. */
export async function startHeartbeat(workerId: string, leaseSeconds: number, log: Log): Promise<Heartbeat> {
  const beatMs = Math.min(slowestBeatMs, (leaseSeconds * 1000) / 3);
  let beatAt = performance.now();
  let steadySince = beatAt;
  let isReleased = false;
  let timer: NodeJS.Timeout | undefined;

  const beat = async (): Promise<void> => {
    // Taken before the question is asked: the lease can only be shorter than thought, never longer.
    const askedAt = performance.now();
    await db().$executeRaw`
      INSERT INTO worker (id, host, pid, heartbeat_at, lease_until)
      VALUES (${workerId}, ${hostname()}, ${process.pid}, now(), now() + make_interval(secs => ${leaseSeconds}::double precision))
      ON CONFLICT (id) DO UPDATE SET heartbeat_at = now(), lease_until = excluded.lease_until`;
    if (askedAt - beatAt > leaseSeconds * 1000) steadySince = askedAt;
    beatAt = askedAt;
  };
  const beatLater = (): void => {
    if (isReleased) return;
    timer = setTimeout(() => {
      void beat()
        .catch((error: unknown) => log.warn({ err: error }, "the lease could not be renewed"))
        .finally(beatLater);
    }, beatMs);
  };

  await beat();
  beatLater();
  return {
    holdsLease: () => performance.now() - beatAt < leaseSeconds * 1000,
    steadySince: () => steadySince,
    beat,
    drain: async () => {
      await db().$executeRaw`UPDATE worker SET draining = true WHERE id = ${workerId}`;
    },
    release: async () => {
      isReleased = true;
      clearTimeout(timer);
      await db().$executeRaw`UPDATE worker SET lease_until = now(), draining = true WHERE id = ${workerId}`;
    },
  };
}
