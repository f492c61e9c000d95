import type { UserActor } from "#lib/domain/actor.ts";
import type { Capacity } from "#lib/domain/approval-capacity.ts";
import { covers, lowerRole, Role } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { Prisma } from "#prisma/client.ts";

type Where = { system: string; role: Role; now: Date };

/**
 * Everything in which a person may decide within a system now: the role they hold there, the shifts they are on, the
 * roles lent to them by people who still hold them. `holds` keeps shifts, delegations and the lenders' grants from
 * changing until the transaction ends. A token carries a lent role no higher than it carries its owner's own.
 */
export async function capacitiesOf(
  tx: Tx,
  actor: UserActor,
  { system, role, now }: Where,
  holds: "for deciding" | "for showing",
): Promise<Capacity[]> {
  const own: Capacity = { kind: "role", role };
  if (!covers(role, "operator")) return [own];
  const lock = holds === "for deciding" ? Prisma.sql`FOR SHARE` : Prisma.empty;
  const shifts = await tx.$queryRaw<{ id: string; ends_at: Date }[]>`
    SELECT id, ends_at FROM on_call_shift WHERE user_id = ${actor.id} AND system IN ('*', ${system})
      AND revoked_at IS NULL AND starts_at <= ${now} AND ends_at > ${now} ORDER BY ends_at DESC ${lock}`;
  const loans = await tx.$queryRaw<Loan[]>`
    WITH loan AS (
      SELECT id, from_user_id, role, ends_at FROM delegation WHERE to_user_id = ${actor.id}
        AND system IN ('*', ${system}) AND revoked_at IS NULL AND ends_at > ${now} ${lock}
    ), lender AS (
      SELECT id, name FROM user_account
      WHERE id = ANY (ARRAY(SELECT from_user_id FROM loan)) AND disabled_at IS NULL ${lock}
    ), held AS (
      SELECT user_id, role FROM role_grant WHERE user_id = ANY (ARRAY(SELECT id FROM lender))
        AND system IN ('*', ${system}) AND (expires_at IS NULL OR expires_at > ${now}) ${lock}
    )
    SELECT loan.id, loan.role, loan.ends_at, lender.id AS lender, lender.name,
      ARRAY(SELECT held.role FROM held WHERE held.user_id = lender.id) AS held
    FROM loan JOIN lender ON lender.id = loan.from_user_id ORDER BY loan.ends_at DESC`;
  const onCall = shifts.map((shift): Capacity => ({
    kind: "on_call",
    role,
    id: shift.id,
    until: shift.ends_at.toISOString(),
  }));
  return [own, ...onCall, ...loans.filter(isCovered).map((loan) => lentOf(loan, actor))];
}

type Loan = { id: string; role: string; ends_at: Date; lender: string; name: string; held: string[] };

function isCovered({ role, held }: Loan): boolean {
  return held.some((one) => covers(Role.parse(one), Role.parse(role)));
}

function lentOf({ id, role, ends_at: endsAt, lender, name }: Loan, { via }: UserActor): Capacity {
  const lent = Role.parse(role);
  return {
    kind: "delegation",
    role: via.kind === "token" ? lowerRole(lent, via.role) : lent,
    id,
    until: endsAt.toISOString(),
    lender: { id: lender, name },
  };
}
