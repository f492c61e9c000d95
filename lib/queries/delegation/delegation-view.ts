import { Role } from "#lib/domain/role.ts";

type Person = { id: string; name: string; email: string };
type DelegationRow = {
  id: string;
  role: string;
  system: string;
  reason: string;
  createdAt: Date;
  endsAt: Date;
  revokedAt: Date | null;
  from: Person;
  to: Person;
};

/** A lent role as commands and queries give it. */
export function delegationView(row: DelegationRow) {
  const person = ({ id, name, email }: Person): Person => ({ id, name, email });
  return {
    id: row.id,
    from: person(row.from),
    to: person(row.to),
    role: Role.parse(row.role),
    system: row.system,
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
