import { readEmergency } from "#lib/domain/emergency.ts";
import { RollbackState } from "#lib/domain/rollback.ts";
import type { PersonRef, RollbackSummary } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Rollback } from "#prisma/client.ts";
import { people } from "#lib/queries/people.ts";

type Place = { name: string; system: string; protected: boolean };

/** Names and protection for the (service, environment) pairs of some rows. */
export async function places(
  rows: readonly { serviceId: string; environment: string }[],
): Promise<(row: { serviceId: string; environment: string }) => Place> {
  const services = await db().service.findMany({
    where: { id: { in: [...new Set(rows.map((row) => row.serviceId))] } },
    select: { id: true, name: true, system: true, environments: { select: { name: true, protected: true } } },
  });
  const byId = new Map(services.map((service) => [service.id, service]));
  return (row) => {
    const service = byId.get(row.serviceId);
    const environment = service?.environments.find((e) => e.name === row.environment);
    return {
      name: service?.name ?? row.serviceId,
      system: service?.system ?? "",
      protected: environment?.protected ?? true,
    };
  };
}

export function summarise(
  rollback: Rollback,
  place: Place,
  person: (id: string) => PersonRef,
): RollbackSummary {
  const emergency = readEmergency(rollback.emergency);
  return {
    id: rollback.id,
    number: `RB-${rollback.number}`,
    state: RollbackState.parse(rollback.state),
    service: rollback.serviceId,
    serviceName: place.name,
    environment: rollback.environment,
    protected: place.protected,
    from: rollback.fromVersion,
    to: rollback.toVersion,
    reason: rollback.reason,
    initiator: person(rollback.initiatorId),
    incident: rollback.incidentId,
    emergency: emergency && { criterion: emergency.criterion },
    drill: rollback.drill,
    createdAt: rollback.createdAt.toISOString(),
    startedAt: iso(rollback.startedAt),
    endedAt: iso(rollback.endedAt),
    expiresAt: iso(rollback.expiresAt),
    outcome: rollback.outcome,
  };
}

export async function summariseAll(rows: readonly Rollback[]): Promise<RollbackSummary[]> {
  const place = await places(rows);
  const person = await people(rows.map((row) => row.initiatorId));
  return rows.map((row) => summarise(row, place(row), person));
}

export function iso(date: Date | null): string | null {
  return date ? date.toISOString() : null;
}
