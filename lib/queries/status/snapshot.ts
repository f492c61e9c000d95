import { Severity } from "#lib/domain/incident.ts";
import {
  componentState,
  stateOfSeverity,
  worst,
  type StatusIncident,
  type StatusSnapshot,
} from "#lib/domain/status.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Incident, StatusUpdate } from "#prisma/client.ts";
import { measured } from "#lib/queries/status/measured.ts";

const dayMs = 86_400_000;
const historyDays = 90;

/** The public view: services in their protected environments, open incidents, and what was said publicly. */
export async function statusSnapshot(now: Date): Promise<StatusSnapshot> {
  const since = new Date(now.getTime() - historyDays * dayMs);
  const services = await db().service.findMany({
    where: { environments: { some: { protected: true } } },
    include: { environments: { where: { protected: true } } },
    orderBy: { name: "asc" },
  });
  const incidents = await db().incident.findMany({
    where: { drill: false, OR: [{ resolvedAt: null }, { resolvedAt: { gte: since } }] },
    orderBy: { detectedAt: "desc" },
    take: 1000,
  });
  const updates = await db().statusUpdate.findMany({
    where: { public: true, incidentId: { in: incidents.map((incident) => incident.id) } },
    orderBy: { at: "desc" },
  });
  const components = await Promise.all(
    services.map(async (service) => {
      const names = service.environments.map((environment) => environment.name);
      const mine = incidents.filter((i) => i.serviceId === service.id && names.includes(i.environment));
      const open = mine.filter(isOpen).map((incident) => Severity.parse(incident.severity));
      return {
        id: service.id,
        name: service.name,
        state: componentState(open, await measured(service.id, names, service.playbookId, now)),
        days: history(mine, service.createdAt, now),
      };
    }),
  );
  const names = new Map(services.map((service) => [service.id, service.name]));
  const publicIncidents = incidents.filter((incident) => {
    const service = services.find((one) => one.id === incident.serviceId);
    return service?.environments.some((environment) => environment.name === incident.environment);
  });
  const view = (incident: Incident) => incidentView(incident, names.get(incident.serviceId) ?? "", updates);
  return {
    state: worst(components.map((component) => component.state)),
    components,
    incidents: publicIncidents.filter(isOpen).map(view),
    past: publicIncidents
      .filter((incident) => !isOpen(incident) && updates.some((update) => update.incidentId === incident.id))
      .slice(0, 50)
      .map(view),
    asOf: now.toISOString(),
  };
}

function isOpen(incident: Incident): boolean {
  return incident.state !== "resolved" && incident.state !== "reviewed";
}

function incidentView(
  incident: Incident,
  component: string,
  updates: readonly StatusUpdate[],
): StatusIncident {
  return {
    number: `INC-${incident.number}`,
    title: incident.title,
    state: incident.state,
    component,
    detectedAt: incident.detectedAt.toISOString(),
    resolvedAt: incident.resolvedAt?.toISOString() ?? null,
    updates: updates
      .filter((update) => update.incidentId === incident.id)
      .map((update) => ({ at: update.at.toISOString(), state: update.state, text: update.text })),
  };
}

function history(
  incidents: readonly Incident[],
  knownFrom: Date,
  now: Date,
): StatusSnapshot["components"][number]["days"] {
  const today = Math.floor(now.getTime() / dayMs) * dayMs;
  return Array.from({ length: historyDays }, (_, index) => {
    const from = today - (historyDays - 1 - index) * dayMs;
    const to = from + dayMs;
    const date = new Date(from).toISOString().slice(0, 10);
    const during = incidents.filter(
      (i) => i.detectedAt.getTime() < to && (i.resolvedAt?.getTime() ?? now.getTime()) >= from,
    );
    if (during.length > 0)
      return { date, state: worst(during.map((i) => stateOfSeverity(Severity.parse(i.severity)))) };
    return { date, state: knownFrom.getTime() < to ? "operational" : null };
  });
}
