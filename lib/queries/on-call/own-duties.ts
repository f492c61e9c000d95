import { db } from "#lib/platform/db/client.ts";

/** Where somebody is on call now, and until when; the longest shift of each system. */
export async function ownDuties(userId: string, now: Date): Promise<{ system: string; until: string }[]> {
  const rows = await db().onCallShift.findMany({
    where: { userId, revokedAt: null, startsAt: { lte: now }, endsAt: { gt: now } },
    orderBy: { endsAt: "asc" },
    select: { system: true, endsAt: true },
  });
  const longest = new Map(rows.map((row) => [row.system, row.endsAt]));
  return [...longest].map(([system, until]) => ({ system, until: until.toISOString() }));
}
