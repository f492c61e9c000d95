import type { UserActor } from "#lib/domain/actor.ts";
import { clock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";

/** The open sessions of a person, newest first: one's own, or as an admin anyone's. */
export async function listSessions(actor: UserActor, userId = actor.id) {
  if (userId !== actor.id) await assertMayRead(actor, "user.read");
  const rows = await db().session.findMany({
    where: { userId, revokedAt: null, expiresAt: { gt: clock.now() } },
    orderBy: { createdAt: "desc" },
    take: 200,
  });
  return rows.map((row) => ({
    id: row.id,
    isThisOne: actor.via.kind === "session" && actor.via.sessionId === row.id,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    userAgent: row.userAgent,
  }));
}
