import type { Tx } from "#lib/platform/db/client.ts";

/** The incidents at this place that are not over, newest first. */
export async function openIncidentsAt(
  tx: Tx,
  serviceId: string,
  environment: string,
): Promise<{ id: string; number: number }[]> {
  return tx.incident.findMany({
    where: { serviceId, environment, state: { notIn: ["resolved", "reviewed"] } },
    orderBy: { detectedAt: "desc" },
    select: { id: true, number: true },
  });
}
