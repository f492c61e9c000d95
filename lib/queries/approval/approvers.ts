import { isAccepted, type Capacity, type Circle } from "#lib/domain/approval-capacity.ts";
import { covers, Role } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";

export type Approver = {
  id: string;
  name: string;
  /** The highest role of their own in the system. */
  role: Role;
  /** Until when they are on call; null: they are not. */
  onCallUntil: string | null;
  /** By which of their capacities they count. */
  by: Capacity["kind"];
};

type Row = {
  id: string;
  name: string;
  roles: string[];
  on_call_until: Date | null;
  lent: { role: Role; lender: string; held: Role[] | null }[] | null;
};

type Asked = { system: string; circles: readonly Circle[]; authors: readonly string[]; now: Date };

/** Everybody who could decide on a plan now, but for those who wrote it: by role, on call or with a lent role. */
export async function approversOf(tx: Tx, { system, circles, authors, now }: Asked): Promise<Approver[]> {
  const rows = await tx.$queryRaw<Row[]>`
    WITH held AS (
      SELECT user_id, role FROM role_grant
      WHERE system IN ('*', ${system}) AND (expires_at IS NULL OR expires_at > ${now})
    )
    SELECT u.id, u.name, ARRAY(SELECT held.role FROM held WHERE held.user_id = u.id) AS roles,
      (SELECT max(ends_at) FROM on_call_shift s WHERE s.user_id = u.id AND s.system IN ('*', ${system})
        AND s.revoked_at IS NULL AND s.starts_at <= ${now} AND s.ends_at > ${now}) AS on_call_until,
      (SELECT json_agg(json_build_object('role', d.role, 'lender', d.from_user_id,
          'held', (SELECT json_agg(held.role) FROM held WHERE held.user_id = d.from_user_id)))
        FROM delegation d JOIN user_account lender ON lender.id = d.from_user_id AND lender.disabled_at IS NULL
        WHERE d.to_user_id = u.id AND d.system IN ('*', ${system}) AND d.revoked_at IS NULL
          AND d.ends_at > ${now}) AS lent
    FROM user_account u
    WHERE u.disabled_at IS NULL AND u.id <> ALL (${[...authors]}::text[])
      AND u.id IN (SELECT user_id FROM held WHERE role <> 'viewer')
    ORDER BY u.name, u.id`;
  return rows.flatMap((row) => approverOf(row, circles, authors) ?? []);
}

function approverOf(row: Row, circles: readonly Circle[], authors: readonly string[]): Approver | null {
  const role = row.roles.map((one) => Role.parse(one)).reduce((a, b) => (covers(a, b) ? a : b));
  const onCallUntil = row.on_call_until?.toISOString() ?? null;
  const { id, name } = row;
  const isLent = (row.lent ?? []).some(
    (loan) =>
      !authors.includes(loan.lender) &&
      (loan.held ?? []).some((held) => covers(held, loan.role)) &&
      isAccepted(circles, { kind: "delegation", role: loan.role }),
  );
  const by = isAccepted(circles, { kind: "role", role })
    ? "role"
    : onCallUntil !== null && isAccepted(circles, { kind: "on_call", role })
      ? "on_call"
      : isLent
        ? "delegation"
        : null;
  return by && { id, name, role, onCallUntil, by };
}
