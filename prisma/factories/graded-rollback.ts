import { requestRollback } from "#lib/commands/rollback/request.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import type { Severity } from "#lib/domain/incident.ts";
import { db } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";
import { playbookWith } from "./playbook.ts";
import { prepare } from "./rollback.ts";
import { service } from "./service.ts";

/** A playbook with the kinds of rules that the team documents have. Gives its id. */
export const documentedPlaybook = () =>
  playbookWith([
    { named: ["staging"], approvals: 0, severities: ["P0", "P1", "P2"] },
    { severities: ["P0"], approvals: 1, roles: ["release_manager"], onCall: true },
    { severities: ["P1"], initiate: "release_manager", approvals: 1 },
    { severities: ["P2"], approvals: 2, roles: ["release_manager", "admin"], expiryMinutes: 30 },
    {
      severities: ["P3"],
      rollbackAllowed: false,
      approvals: 0,
      because: "P3 waits for the next scheduled deployment.",
    },
  ]);

type Graded = { by: UserActor; playbook: string; severity: Severity | null };
type Prepared = { id: string; planHash: string; service: string; incident: string | null };

/** An incident of this severity about a service. Gives its id. */
export async function incidentOf(
  declaredBy: UserActor,
  serviceId: string,
  severity: Severity,
  environment = "production",
): Promise<string> {
  const { playbookId } = await db().service.findUniqueOrThrow({ where: { id: serviceId } });
  const { id } = await db().incident.create({
    data: {
      id: newId("inc"),
      title: "Slow",
      serviceId,
      environment,
      severity,
      state: "deciding",
      facts: {},
      playbookId,
      playbookVersion: 1,
      declaredById: declaredBy.id,
      detectedAt: new Date(),
    },
  });
  return id;
}

/** A prepared rollback of a service of its own, for an incident of this severity; null: without an incident. */
export async function preparedAt({ by, playbook, severity }: Graded): Promise<Prepared> {
  const where = { service: await service({ playbook }), environment: "production", to: "2.3.0" } as const;
  const incident = severity && (await incidentOf(by, where.service, severity));
  const about = incident ? { incident } : {};
  const { id } = await requestRollback(by, { ...where, ...about, reason: "The release answers 5xx." });
  return { id, planHash: await prepare(id, where), service: where.service, incident };
}

/** As `preparedAt`, and submitted. */
export async function submittedAt(graded: Graded): Promise<Prepared> {
  const rollback = await preparedAt(graded);
  await submitRollback(graded.by, { id: rollback.id });
  return rollback;
}
