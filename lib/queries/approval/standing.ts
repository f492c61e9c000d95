import type { Capacity, ViaKind } from "#lib/domain/approval-capacity.ts";
import { invokerOf } from "#lib/domain/emergency.ts";
import type { GivenApproval, Holder } from "#lib/domain/approval-standing.ts";
import { covers, type Role } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { ApprovalRules } from "#lib/queries/approval/rules.ts";
import { ruleFacts, rulesFromFacts, type RuleFacts } from "#lib/queries/approval/rules-of.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";
import { Prisma } from "#prisma/client.ts";

/** On what a rollback rests now: the rules, the people, and the approvals given for exactly its present plan. */
export type Standing = {
  rules: ApprovalRules;
  /** Initiator, executor, approvers and lenders, by id. */
  holders: Map<string, Holder>;
  given: (GivenApproval & { approval: string })[];
  /** The playbooks of the services that move besides. */
  companions: { playbook: string; version: number }[];
  /** Whoever invoked the emergency was on call for the system then, and that duty was not taken from them. */
  isEmergencyOnCall: boolean;
};

type Row = RuleFacts & {
  people: { id: string; name: string; isActive: boolean; roles: Role[] | null }[] | null;
  given: GivenRow[] | null;
  emergency_on_call: boolean;
};
type GivenRow = {
  approval: string;
  user: string;
  role: Role;
  kind: ViaKind;
  id: string | null;
  lender: string | null;
  until: string | null;
  isRevoked: boolean;
};

/**
 * Reads it in one question, because it is asked before every effect. Grants, shifts and delegations are held against
 * change until the transaction ends, unless it is for showing: a revocation that commits first is seen, one that comes
 * later waits.
 */
export async function readStanding(
  tx: Tx,
  loaded: LoadedRollback,
  now: Date,
  holds: "for deciding" | "for showing" = "for deciding",
): Promise<Standing> {
  const { rollback, found } = loaded;
  const lock = holds === "for deciding" ? Prisma.sql`FOR SHARE` : Prisma.empty;
  const { system } = found.service;
  const concerned = [rollback.initiatorId, invokerOf(rollback), rollback.startedById].filter(
    (id) => id !== null,
  );
  const [row] = await tx.$queryRaw<Row[]>`
    WITH given AS (
      SELECT id, user_id, role, via_kind, via_id, at FROM approval WHERE rollback_id = ${rollback.id}
        AND voided_at IS NULL AND decision = 'approve' AND plan_hash = ${rollback.planHash ?? ""}
    ), shift AS (
      SELECT id, ends_at, revoked_at FROM on_call_shift
      WHERE id = ANY (ARRAY(SELECT via_id FROM given WHERE via_kind = 'on_call')) ${lock}
    ), loan AS (
      SELECT id, from_user_id, role, ends_at, revoked_at FROM delegation
      WHERE id = ANY (ARRAY(SELECT via_id FROM given WHERE via_kind = 'delegation')) ${lock}
    ), person AS (
      SELECT id, name, disabled_at FROM user_account
      WHERE id = ANY (ARRAY(SELECT user_id FROM given UNION SELECT from_user_id FROM loan
        UNION SELECT unnest(${concerned}::text[]))) ${lock}
    ), held AS (
      SELECT user_id, role FROM role_grant WHERE user_id = ANY (ARRAY(SELECT id FROM person))
        AND system IN ('*', ${system}) AND (expires_at IS NULL OR expires_at > ${now}) ${lock}
    )${emergencyDuty(loaded, lock)}
    SELECT
      (SELECT json_agg(json_build_object('id', person.id, 'name', person.name, 'isActive', person.disabled_at IS NULL,
        'roles', (SELECT json_agg(held.role) FROM held WHERE held.user_id = person.id))) FROM person) AS people,
      (SELECT json_agg(json_build_object('approval', given.id, 'user', given.user_id,
          'kind', given.via_kind, 'id', given.via_id, 'role', coalesce(loan.role, given.role), 'lender', loan.from_user_id,
          'until', coalesce(shift.ends_at, loan.ends_at),
          'isRevoked', coalesce(shift.revoked_at, loan.revoked_at) IS NOT NULL) ORDER BY given.at)
        FROM given LEFT JOIN shift ON shift.id = given.via_id LEFT JOIN loan ON loan.id = given.via_id) AS given,
      ${rollback.emergency === null ? Prisma.sql`false` : Prisma.sql`EXISTS (SELECT FROM duty)`} AS emergency_on_call,
      ${ruleFacts(rollback)}`;
  if (!row) throw new Error("A question without a table has an answer.");
  const holders = new Map((row.people ?? []).map((person) => [person.id, holderOf(person)]));
  return {
    rules: await rulesFromFacts(tx, rollback, found.environment, row),
    holders,
    given: (row.given ?? []).map((one) => givenOf(one, holders)),
    companions: (row.companions ?? []).flatMap(({ playbook, version }) =>
      version === null ? [] : [{ playbook, version }],
    ),
    isEmergencyOnCall: row.emergency_on_call,
  };
}

function emergencyDuty({ rollback, found }: LoadedRollback, lock: Prisma.Sql): Prisma.Sql {
  if (rollback.emergency === null) return Prisma.empty;
  const at = rollback.approvedAt;
  return Prisma.sql`, duty AS (
      SELECT id FROM on_call_shift WHERE user_id = ${invokerOf(rollback)} AND revoked_at IS NULL
        AND system IN ('*', ${found.service.system}) AND starts_at <= ${at} AND ends_at > ${at} ${lock}
    )`;
}

function holderOf({ id, name, isActive, roles }: NonNullable<Row["people"]>[number]): Holder {
  const best = (roles ?? []).reduce<Role | null>((a, b) => (a && covers(a, b) ? a : b), null);
  return { id, name, role: isActive ? best : null };
}

function givenOf(row: GivenRow, holders: Map<string, Holder>): Standing["given"][number] {
  const by = holders.get(row.user) ?? { id: row.user, name: "Somebody", role: null };
  const lender = row.lender === null ? null : (holders.get(row.lender) ?? null);
  return { approval: row.approval, by, capacity: capacityOf(row, lender), isRevoked: row.isRevoked, lender };
}

function capacityOf({ kind, role, id, until }: GivenRow, lender: Holder | null): Capacity {
  if (kind === "role" || id === null || until === null) return { kind: "role", role };
  if (kind === "on_call") return { kind, role, id, until };
  return { kind, role, id, until, lender: { id: lender?.id ?? "", name: lender?.name ?? "somebody" } };
}
