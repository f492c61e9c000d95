import { Refusal } from "#lib/domain/errors.ts";
import { Emergency } from "#lib/domain/rollback.ts";
import { covers, Role, roleWithin, type Role as RoleName } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { approvalRules } from "#lib/queries/approval/rules.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { severityOf } from "#lib/queries/incident/severity-of.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";

/**
 * Checks that everyone on whom a rollback rests still holds their role, at its start and before every effect (law 3):
 * initiator and executor, and for the signed plan its approvers or, in an emergency, whoever invoked it. The grants
 * read are held against change until the transaction ends. Throws ROLE_REVOKED, or PLAN_STALE when approvals for
 * exactly this plan are missing.
 */
export async function checkStandingAuthority(tx: Tx, loaded: LoadedRollback, now: Date): Promise<void> {
  const { rollback, found } = loaded;
  const system = found.service.system;
  await requireRole(tx, rollback.initiatorId, "operator", system, now, "who started it");
  if (rollback.startedById && rollback.startedById !== rollback.initiatorId) {
    await requireRole(tx, rollback.startedById, "operator", system, now, "who executed it");
  }
  const playbook = await playbookAt(tx, rollback.playbookId, rollback.playbookVersion);
  if (rollback.emergency !== null) {
    Emergency.parse(rollback.emergency);
    const named = playbook.authority.emergency.roles;
    const least = named.reduce((a, b) => (covers(a, b) ? b : a));
    await requireRole(tx, rollback.initiatorId, least, system, now, "who invoked the emergency");
    return;
  }
  const rules = approvalRules(playbook, found.environment, await severityOf(tx, rollback.incidentId));
  const approvals = await tx.approval.findMany({
    where: {
      rollbackId: rollback.id,
      voidedAt: null,
      decision: "approve",
      planHash: rollback.planHash ?? "",
    },
  });
  const people = new Set(approvals.map((approval) => approval.userId));
  if (people.size < rules.required) {
    throw new Refusal("PLAN_STALE", "This plan does not carry the approvals that it needs.");
  }
  const least = rules.eligible[0] ?? "admin";
  for (const userId of people) await requireRole(tx, userId, least, system, now, "who approved it");
}

async function requireRole(
  tx: Tx,
  userId: string,
  needed: RoleName,
  system: string,
  now: Date,
  who: string,
): Promise<void> {
  const users = await tx.$queryRaw<{ name: string; disabled_at: Date | null }[]>`
    SELECT name, disabled_at FROM user_account WHERE id = ${userId} FOR SHARE`;
  const grants = await tx.$queryRaw<{ role: string; system: string; expires_at: Date | null }[]>`
    SELECT role, system, expires_at FROM role_grant WHERE user_id = ${userId} FOR SHARE`;
  const user = users[0];
  const held = roleWithin(
    grants.map((grant) => ({
      role: Role.parse(grant.role),
      system: grant.system,
      expiresAt: grant.expires_at,
    })),
    system,
    now,
  );
  if (user && !user.disabled_at && held !== null && covers(held, needed)) return;
  throw new Refusal(
    "ROLE_REVOKED",
    `${user?.name ?? "Somebody"}, ${who}, no longer holds the role ${needed.replaceAll("_", " ")}.`,
    { extra: { user: userId, needed } },
  );
}
