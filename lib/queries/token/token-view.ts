import { Role } from "#lib/domain/role.ts";

type TokenRow = {
  id: string;
  name: string;
  role: string;
  system: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
};

/** A token as it is listed: never its secret, nor the hash of it. */
export function tokenView(token: TokenRow) {
  return {
    id: token.id,
    name: token.name,
    role: Role.parse(token.role),
    system: token.system,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString() ?? null,
    revokedAt: token.revokedAt?.toISOString() ?? null,
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  };
}
