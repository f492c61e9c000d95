import { Refusal } from "#lib/domain/errors.ts";
import { Severity } from "#lib/domain/incident.ts";
import { Emergency } from "#lib/domain/rollback.ts";
import { covers, Role, roleWithin, type Grant, type Role as RoleName } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { approvalRules } from "#lib/queries/approval/rules.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";

type Standing = { name: string; isActive: boolean; isApprover: boolean; grants: Grant[] };

/**
 * Checks that everyone on whom a rollback rests still holds their role, at its start and before every effect (law 3):
 * initiator and executor, and for the signed plan its approvers or, in an emergency, whoever invoked it. The grants
 * read are held against change until the transaction ends. Throws ROLE_REVOKED, or PLAN_STALE when approvals for
 * exactly this plan are missing.
 */
export async function checkStandingAuthority(tx: Tx, loaded: LoadedRollback, now: Date): Promise<void> {
  const { rollback, found } = loaded;
  const system = found.service.system;
  const { people, severity } = await readStanding(tx, rollback);
  const require = (userId: string, needed: RoleName, who: string): void => {
    const person = people.get(userId);
    const held = person ? roleWithin(person.grants, system, now) : null;
    if (person?.isActive && held !== null && covers(held, needed)) return;
    throw new Refusal(
      "ROLE_REVOKED",
      `${person?.name ?? "Somebody"}, ${who}, no longer holds the role ${needed.replaceAll("_", " ")}.`,
      { extra: { user: userId, needed } },
    );
  };
  require(rollback.initiatorId, "operator", "who started it");
  if (rollback.startedById) require(rollback.startedById, "operator", "who executed it");
  const playbook = await playbookAt(tx, rollback.playbookId, rollback.playbookVersion);
  if (rollback.emergency !== null) {
    Emergency.parse(rollback.emergency);
    const named = playbook.authority.emergency.roles;
    const least = named.reduce((a, b) => (covers(a, b) ? b : a));
    require(rollback.initiatorId, least, "who invoked the emergency");
    return;
  }
  const rules = approvalRules(playbook, found.environment, severity);
  const approvers = [...people].filter(([, person]) => person.isApprover).map(([userId]) => userId);
  if (approvers.length < rules.required) {
    throw new Refusal("PLAN_STALE", "This plan does not carry the approvals that it needs.");
  }
  const least = rules.eligible[0] ?? "admin";
  for (const userId of approvers) require(userId, least, "who approved it");
}

/** One question, because it is asked before every effect. */
async function readStanding(
  tx: Tx,
  rollback: LoadedRollback["rollback"],
): Promise<{ people: Map<string, Standing>; severity: Severity | null }> {
  const rows = await tx.$queryRaw<
    {
      id: string;
      name: string;
      disabled_at: Date | null;
      role: string | null;
      system: string | null;
      expires_at: Date | null;
      is_approver: boolean;
      severity: string | null;
    }[]
  >`
    WITH approver AS (
      SELECT DISTINCT user_id FROM approval WHERE rollback_id = ${rollback.id} AND voided_at IS NULL
        AND decision = 'approve' AND plan_hash = ${rollback.planHash ?? ""}
    ), person AS (
      SELECT id, name, disabled_at FROM user_account
      WHERE id IN (${rollback.initiatorId}, ${rollback.startedById}) OR id IN (SELECT user_id FROM approver)
      FOR SHARE
    ), held AS (
      SELECT user_id, role, system, expires_at FROM role_grant WHERE user_id IN (SELECT id FROM person) FOR SHARE
    )
    SELECT person.id, person.name, person.disabled_at, held.role, held.system, held.expires_at,
      person.id IN (SELECT user_id FROM approver) AS is_approver,
      (SELECT severity FROM incident WHERE id = ${rollback.incidentId}) AS severity
    FROM person LEFT JOIN held ON held.user_id = person.id`;
  const people = new Map<string, Standing>();
  for (const row of rows) {
    const person = people.get(row.id) ?? {
      name: row.name,
      isActive: row.disabled_at === null,
      isApprover: row.is_approver,
      grants: [],
    };
    if (row.role !== null && row.system !== null) {
      person.grants.push({ role: Role.parse(row.role), system: row.system, expiresAt: row.expires_at });
    }
    people.set(row.id, person);
  }
  const severity = rows[0]?.severity ?? null;
  return { people, severity: severity === null ? null : Severity.parse(severity) };
}
