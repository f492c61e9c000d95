import { Role } from "#lib/domain/role.ts";

type UserRow = {
  id: string;
  email: string;
  name: string;
  disabledAt: Date | null;
  createdAt: Date;
  grants: readonly { role: string; system: string; expiresAt: Date | null }[];
};

/** An account as commands and queries give it: never its password's hash. */
export function userView(user: UserRow) {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    disabledAt: user.disabledAt?.toISOString() ?? null,
    createdAt: user.createdAt.toISOString(),
    grants: user.grants.map(({ role, system, expiresAt }) => ({
      role: Role.parse(role),
      system,
      expiresAt: expiresAt?.toISOString() ?? null,
    })),
  };
}
