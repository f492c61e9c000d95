import { Severity } from "#lib/domain/incident.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** The severity of a rollback's incident; null when it has none. */
export async function severityOf(tx: Tx, incidentId: string | null): Promise<Severity | null> {
  if (incidentId === null) return null;
  const incident = await tx.incident.findUnique({ where: { id: incidentId }, select: { severity: true } });
  return incident ? Severity.parse(incident.severity) : null;
}
