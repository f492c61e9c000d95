import type { UserActor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";

const touchMs = 5 * 60_000;

/**
 * Who holds this session secret: null when there is no such session, or it was revoked, has expired, or its user is
 * disabled. Asked anew on every call, so that a revocation takes effect at once.
 */
export async function findSession(secret: string, now: Date): Promise<UserActor | null> {
  const session = await db().session.findUnique({ where: { id: sha256(secret) }, include: { user: true } });
  if (!session || session.revokedAt || session.expiresAt <= now || session.user.disabledAt) return null;
  if (now.getTime() - session.lastSeenAt.getTime() > touchMs) {
    // Commands hold the row while they act: whoever just reads does not wait for them.
    await db().$executeRaw`
      UPDATE session SET last_seen_at = ${now}
      WHERE id IN (SELECT id FROM session WHERE id = ${session.id} FOR UPDATE SKIP LOCKED)`;
  }
  return {
    kind: "user",
    id: session.user.id,
    email: session.user.email,
    name: session.user.name,
    via: { kind: "session", sessionId: session.id, reauthenticatedAt: session.reauthenticatedAt },
  };
}
