import { z } from "zod";
import type { UserActor } from "#lib/domain/actor.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";
import { incidentGuide, type IncidentGuide } from "#lib/domain/incident-guide.ts";
import type { Objective } from "#lib/domain/playbook.ts";
import { covers } from "#lib/domain/role.ts";
import type { DutiesView } from "#lib/domain/duty-view.ts";
import type { IncidentView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { heldRole } from "#lib/queries/authority/held-role.ts";
import { currentAuthority } from "#lib/queries/authority/may-read.ts";
import { dutiesOf } from "#lib/queries/duty/view.ts";
import { newestEvents } from "#lib/queries/event/newest.ts";
import { getIncident } from "#lib/queries/incident/get.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";

export type IncidentScreenData = {
  incident: IncidentView;
  history: Awaited<ReturnType<typeof newestEvents>>;
  objectives: readonly Objective[];
  facts: readonly FactDefinition[];
  duties: DutiesView;
  guide: IncidentGuide;
  /** The reader's id, and whether they may act: a comfort for the screen, each command decides again. */
  me: string;
  mayAct: boolean;
};

/** Everything that the screen of an incident begins with. Throws NOT_FOUND. */
export async function incidentScreen(actor: UserActor, idOrNumber: string): Promise<IncidentScreenData> {
  const incident = await getIncident(actor, idOrNumber);
  const { id, version } = incident.playbook;
  const now = new Date();
  const [history, duties, playbook, service, authority] = await Promise.all([
    newestEvents(`incident:${incident.id}`),
    dutiesOf(actor, "incident", incident.id),
    playbookAt(db(), id, version),
    db().service.findUniqueOrThrow({ where: { id: incident.service }, select: { system: true } }),
    currentAuthority(actor, now),
  ]);
  const role = heldRole(authority, service.system, now);
  return {
    incident,
    history,
    objectives: playbook.objectives,
    facts: playbook.facts,
    duties,
    guide: incidentGuide(playbook, incident, windowOf(incident.decision)),
    me: actor.id,
    mayAct: role !== null && covers(role, "operator"),
  };
}

const DecidedWindow = z.looseObject({ window: z.looseObject({ id: z.string() }).nullable() });

function windowOf(decision: unknown): string | null {
  return DecidedWindow.safeParse(decision).data?.window?.id ?? null;
}
