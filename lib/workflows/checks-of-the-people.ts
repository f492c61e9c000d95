import type { CheckId } from "#lib/domain/checklist.ts";
import { covers, roles, type Role } from "#lib/domain/role.ts";
import { db } from "#lib/platform/db/client.ts";
import { approvalRulesOf } from "#lib/queries/approval/rules-of.ts";
import type { Answer, Check } from "#lib/workflows/check.ts";
import type { Preparation } from "#lib/workflows/load-preparation.ts";

const actingRoles = roles.filter((role) => covers(role, "operator"));

/** Whether those who have to know, to agree and to have practised it do, can and have. */
export const checksOfThePeople = {
  incident_declared: ({ rollback }) =>
    rollback.incidentId === null
      ? { ok: false, evidence: "This rollback belongs to no incident." }
      : { ok: true, evidence: "It belongs to a declared incident." },
  status_update_posted: updatePosted,
  approver_available: approverAvailable,
  drill_recent: drillRecent,
} satisfies Partial<Record<CheckId, Check>>;

async function approverAvailable({ rollback, place }: Preparation): Promise<Answer> {
  const rules = await approvalRulesOf(db(), rollback, place);
  if (rules.required === 0) return { ok: true, evidence: "Nobody has to approve here." };
  const now = new Date();
  const barred = rules.fourEyes ? [rollback.initiatorId, ...rollback.editorIds] : [];
  const system = { in: ["*", place.system] };
  const holding = (held: readonly Role[]) => ({
    grants: {
      some: { role: { in: [...held] }, system, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    },
  });
  const onDuty = { some: { system, revokedAt: null, startsAt: { lte: now }, endsAt: { gt: now } } };
  const onCall = rules.onCall ? [{ shifts: onDuty, ...holding(actingRoles) }] : [];
  const count = await db().user.count({
    where: { disabledAt: null, id: { notIn: barred }, OR: [holding(rules.eligible), ...onCall] },
  });
  const people = `${count} ${count === 1 ? "person" : "people"}`;
  return { ok: count >= rules.required, evidence: `${people} could approve; ${rules.required} must.` };
}

/** A drill counts once everything that its own list requires is settled. */
async function drillRecent({ rollback, playbook }: Preparation): Promise<Answer> {
  const days = playbook.drill?.everyDays;
  if (days === undefined) return { ok: true, evidence: "The playbook asks for no drills." };
  const open = { gate: "drill", required: true, state: { notIn: ["done", "overridden"] } };
  const last = await db().rollback.findFirst({
    where: {
      serviceId: rollback.serviceId,
      drill: true,
      outcome: "succeeded",
      checklist: { none: open },
    },
    orderBy: { endedAt: "desc" },
  });
  if (!last?.endedAt) return { ok: false, evidence: "No drill of this service has succeeded yet." };
  const age = (Date.now() - last.endedAt.getTime()) / 86_400_000;
  return {
    ok: age <= days,
    evidence: `The last drill, RB-${last.number}, succeeded ${Math.floor(age)} days ago; one is due every ${days} days.`,
  };
}

async function updatePosted({ rollback }: Preparation): Promise<Answer> {
  if (rollback.incidentId === null) return { ok: false, evidence: "It belongs to no incident." };
  const last = await db().statusUpdate.findFirst({
    where: { incidentId: rollback.incidentId, public: true },
    orderBy: { at: "desc" },
  });
  return last
    ? { ok: true, evidence: `Published on ${last.at.toISOString()}: ${last.text.slice(0, 200)}` }
    : { ok: false, evidence: "No update was published for this incident." };
}
