import type { Tx } from "#lib/platform/db/client.ts";

/** Who is told that something happens in a system: whoever is on call there now, else every operator and above. */
export async function onWatch(tx: Tx, system: string, now: Date): Promise<{ id: string; name: string }[]> {
  const systems = { in: ["*", system] };
  const select = { id: true, name: true };
  const orderBy = { name: "asc" } as const;
  const onDuty = await tx.user.findMany({
    where: {
      disabledAt: null,
      shifts: { some: { system: systems, revokedAt: null, startsAt: { lte: now }, endsAt: { gt: now } } },
    },
    select,
    orderBy,
  });
  if (onDuty.length > 0) return onDuty;
  return tx.user.findMany({
    where: {
      disabledAt: null,
      grants: {
        some: {
          role: { in: ["operator", "release_manager", "admin"] },
          system: systems,
          OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
        },
      },
    },
    select,
    orderBy,
  });
}
