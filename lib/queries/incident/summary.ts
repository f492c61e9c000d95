import { IncidentState, Severity } from "#lib/domain/incident.ts";
import type { IncidentSummary, PersonRef } from "#lib/domain/view.ts";
import type { Incident } from "#prisma/client.ts";
import { iso } from "#lib/queries/rollback/summary.ts";

export function summariseIncident(
  incident: Incident,
  place: { name: string; protected: boolean },
  person: (id: string) => PersonRef,
): IncidentSummary {
  return {
    id: incident.id,
    number: `INC-${incident.number}`,
    title: incident.title,
    service: incident.serviceId,
    serviceName: place.name,
    environment: incident.environment,
    protected: place.protected,
    severity: Severity.parse(incident.severity),
    state: IncidentState.parse(incident.state),
    commander: incident.commanderId ? person(incident.commanderId) : null,
    detectedAt: incident.detectedAt.toISOString(),
    decideBy: iso(incident.decideBy),
    resolvedAt: iso(incident.resolvedAt),
  };
}
