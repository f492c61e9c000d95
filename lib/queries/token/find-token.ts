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
    // Commands hold the row while they act: whoever just reads does not wait for them.
    await db().$executeRaw`
      UPDATE api_token SET last_used_at = ${now}
      WHERE id IN (SELECT id FROM api_token WHERE id = ${token.id} FOR UPDATE SKIP LOCKED)`;
  }
  return {
    kind: "user",
    id: token.user.id,
    email: token.user.email,
    name: token.user.name,
    via: { kind: "token", tokenId: token.id, role: Role.parse(token.role), system: token.system },
  };
}
