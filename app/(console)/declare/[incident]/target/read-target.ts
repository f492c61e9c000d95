import { approvalWords } from "#components/wizard/approval-words.ts";
import type { EmergencyChoice } from "#components/wizard/emergency-section.tsx";
import type { UserActor } from "#lib/domain/actor.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { covers, roleWithin, type Role } from "#lib/domain/role.ts";
import type { IncidentView } from "#lib/domain/view.ts";
import { emergencyChoice } from "#lib/queries/approval/emergency-choice.ts";
import { approvalRules } from "#lib/queries/approval/rules.ts";
import { listDeployments } from "#lib/queries/deployment/list.ts";
import { listPins } from "#lib/queries/pin/list.ts";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { listRollbacks } from "#lib/queries/rollback/list.ts";
import { getService } from "#lib/queries/service/get.ts";
import { readMe } from "#lib/queries/user/me.ts";

const mostRungs = 60;

/** What step 2 shows. `wanted`: the draft that is to be planned anew. */
export async function readTarget(actor: UserActor, incident: IncidentView, wanted: string | null) {
  const { service: id, environment } = incident;
  const service = await getService(actor, id);
  const [deployments, pins, playbook, active, me, rollback] = await Promise.all([
    listDeployments(actor, id, { environment, limit: mostRungs }),
    listPins(actor, { service: id, environment, limit: 200 }),
    getPlaybook(actor, service.playbook),
    listRollbacks(actor, { service: id, environment, active: true, limit: 1 }),
    readMe(actor),
    wanted === null ? null : getRollback(actor, wanted),
  ]);
  const { yaml: _, builtIn: __, versions: ___, usedBy: ____, ...document } = playbook;
  const now = new Date();
  const grants = me.grants.map((grant) => ({
    ...grant,
    expiresAt: grant.expiresAt === null ? null : new Date(grant.expiresAt),
  }));
  const role = roleWithin(grants, service.system, now);
  const holder = active.items.find((one) => one.incident !== incident.id);
  return {
    incident,
    serviceName: service.name,
    playbook: document,
    targets: (service.environments.find((one) => one.name === environment)?.targets ?? []).map(
      ({ component, adapter }) => ({ component, adapter }),
    ),
    deployments: deployments.items,
    pins: pins.items,
    rollback,
    lockedBy: holder ? { number: holder.number, state: holder.state } : null,
    mayRequest: role !== null && covers(role, "operator"),
    emergency: await emergencyFor(actor, document, incident, { system: service.system, role }),
  };
}

/** Only for those who may call one, and only where there is an approval to skip. */
async function emergencyFor(
  actor: UserActor,
  playbook: Playbook,
  incident: IncidentView,
  where: { system: string; role: Role | null },
): Promise<EmergencyChoice | null> {
  const place = { name: incident.environment, protected: incident.protected };
  const rules = approvalRules(playbook, place, incident.severity);
  const choice = rules.required === 0 ? null : await emergencyChoice(actor, { ...where, playbook });
  return choice && { ...choice, approvals: approvalWords(rules.required, rules.roles, rules.onCall) };
}
