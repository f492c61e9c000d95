import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";

const windowSeconds = 60;
/** A form tests each of its connections: enough for a service of many targets, and no way to search a network. */
const most = 30;

/**
 * Counts the looks that one person has asked for at targets that nobody has registered, across all web processes; those
 * who ask at once take turns. Throws THROTTLED with `retryAfterSeconds`.
 */
export async function throttleInspections(tx: Tx, person: string, now: Date): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('inspections ' || ${person}, 0))`;
  const recent = await tx.inspection.findMany({
    where: {
      askedBy: person,
      targetId: null,
      createdAt: { gt: new Date(now.getTime() - windowSeconds * 1000) },
    },
    orderBy: { createdAt: "desc" },
    take: most,
    select: { createdAt: true },
  });
  const oldest = recent[most - 1];
  if (oldest === undefined) return;
  const left = oldest.createdAt.getTime() + windowSeconds * 1000 - now.getTime();
  const seconds = Math.max(1, Math.ceil(left / 1000));
  throw new Refusal("THROTTLED", `${most} connections were tested within a minute. Go on in ${seconds} s.`, {
    extra: { retryAfterSeconds: seconds },
  });
}
