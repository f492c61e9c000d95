import type { UserActor } from "#lib/domain/actor.ts";
import { Role } from "#lib/domain/role.ts";
import { db } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";

const touchMs = 60_000;

/** Whose token this is: null when it is unknown, revoked or expired, or its owner is disabled. */
export async function findToken(secret: string, now: Date): Promise<UserActor | null> {
  const token = await db().token.findUnique({ where: { hash: sha256(secret) }, include: { user: true } });
  if (!token || token.revokedAt || token.user.disabledAt) return null;
  if (token.expiresAt && token.expiresAt <= now) return null;
  if (!token.lastUsedAt || now.getTime() - token.lastUsedAt.getTime() > touchMs) {
    await db().token.updateMany({ where: { id: token.id }, data: { lastUsedAt: now } });
  }
  return {
    kind: "user",
    id: token.user.id,
    email: token.user.email,
    name: token.user.name,
    via: { kind: "token", tokenId: token.id, role: Role.parse(token.role), system: token.system },
  };
}
