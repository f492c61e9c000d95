import { db } from "#lib/platform/db/client.ts";

const keptKeyHours = 25;
const keptSignalDays = 30;
const keptWorkerHours = 24;
const keptPresenceHours = 1;
const keptInspectionHours = 24;

/** Removes what nobody reads any more: idempotency keys (kept for over a day), old signals, workers long gone, looks at targets, who looked at what. */
export async function sweepOldRows(): Promise<void> {
  const now = Date.now();
  await db().idempotencyKey.deleteMany({
    where: { createdAt: { lt: new Date(now - keptKeyHours * 3_600_000) } },
  });
  await db().signal.deleteMany({ where: { at: { lt: new Date(now - keptSignalDays * 86_400_000) } } });
  await db().presence.deleteMany({
    where: { seenAt: { lt: new Date(now - keptPresenceHours * 3_600_000) } },
  });
  await db().inspection.deleteMany({
    where: { createdAt: { lt: new Date(now - keptInspectionHours * 3_600_000) } },
  });
  await db().worker.deleteMany({
    where: { leaseUntil: { lt: new Date(now - keptWorkerHours * 3_600_000) } },
  });
}
