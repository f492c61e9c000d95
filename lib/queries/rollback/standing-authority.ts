import { leastRole } from "#lib/domain/approval-capacity.ts";
import { lostBy, standingOf } from "#lib/domain/approval-standing.ts";
import { invokerOf } from "#lib/domain/emergency.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { covers, type Role } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { ApprovalRules } from "#lib/queries/approval/rules.ts";
import { readStanding, type Standing } from "#lib/queries/approval/standing.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";

/**
 * Checks that everyone on whom a rollback rests still holds what it took, at its start and before every effect (law 3):
 * initiator and executor, and for the signed plan its approvals or, in an emergency, whoever invoked it. An approval
 * given on call or with a lent role stands until the duty or the loan is taken back; that either ran out since changes
 * nothing. What was read is held against change until the transaction ends. Gives the rules that hold. Throws
 * ROLE_REVOKED, which names who and what, or PLAN_STALE when approvals for exactly this plan are missing.
 */
export async function checkStandingAuthority(
  tx: Tx,
  loaded: LoadedRollback,
  now: Date,
): Promise<ApprovalRules> {
  const { rollback } = loaded;
  const standing = await readStanding(tx, loaded, now);
  const { rules, given } = standing;
  requireRole(standing, rollback.initiatorId, rules.initiate, "who started it");
  if (rollback.startedById) requireRole(standing, rollback.startedById, "operator", "who executed it");
  if (rollback.emergency !== null) {
    await checkInvoker(tx, loaded, standing);
    return rules;
  }
  if (standingOf(rules.circles, given).length >= rules.required) return rules;
  const lost = given.map((one) => lostBy(rules.circles, one)).find((one) => one !== null);
  if (!lost) throw new Refusal("PLAN_STALE", "This plan does not carry the approvals that it needs.");
  throw new Refusal("ROLE_REVOKED", lost.sentence, { extra: { user: lost.user, needed: lost.needed } });
}

/** By the rollback's own playbook, and by that of every service that it moves besides. */
async function checkInvoker(tx: Tx, { rollback }: LoadedRollback, standing: Standing): Promise<void> {
  const own = { playbook: rollback.playbookId, version: rollback.playbookVersion };
  for (const { playbook: id, version } of [own, ...standing.companions]) {
    const { roles, onCall } = (await playbookAt(tx, id, version)).authority.emergency;
    const needed = onCall && standing.isEmergencyOnCall ? "operator" : leastRole({ roles, onCall });
    requireRole(standing, invokerOf(rollback), needed, "who invoked the emergency");
  }
}

function requireRole(standing: Standing, userId: string, needed: Role, who: string): void {
  const holder = standing.holders.get(userId);
  if (holder?.role && covers(holder.role, needed)) return;
  throw new Refusal(
    "ROLE_REVOKED",
    `${holder?.name ?? "Somebody"}, ${who}, no longer holds the role ${needed.replaceAll("_", " ")}.`,
    { extra: { user: userId, needed } },
  );
}
