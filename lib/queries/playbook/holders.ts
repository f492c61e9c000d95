import { activeRollbackStates } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** What keeps a playbook in use: ids of services, numbers of open incidents and of active rollbacks. */
export type PlaybookHolders = { services: string[]; incidents: string[]; rollbacks: string[] };

/** Everywhere, whoever asks: authority is the caller's to check. */
export async function playbookHolders(tx: Tx, id: string): Promise<PlaybookHolders> {
  const services = await tx.service.findMany({
    where: { playbookId: id },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  const incidents = await tx.incident.findMany({
    where: { playbookId: id, state: { notIn: ["resolved", "reviewed"] } },
    select: { number: true },
    orderBy: { number: "asc" },
  });
  const rollbacks = await tx.rollback.findMany({
    where: { playbookId: id, state: { in: [...activeRollbackStates] } },
    select: { number: true },
    orderBy: { number: "asc" },
  });
  return {
    services: services.map((one) => one.id),
    incidents: incidents.map((one) => `INC-${one.number}`),
    rollbacks: rollbacks.map((one) => `RB-${one.number}`),
  };
}
