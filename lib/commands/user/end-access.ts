import type { Tx } from "#lib/platform/db/client.ts";

/** Ends a person's sessions, but for one, and where asked their tokens too. Says how many there were. */
export async function endAccess(
  tx: Tx,
  userId: string,
  now: Date,
  what: "sessions" | "sessions and tokens",
  exceptSession = "",
): Promise<{ sessions: number; tokens: number }> {
  const standing = { userId, revokedAt: null };
  const sessions = await tx.session.updateMany({
    where: { ...standing, id: { not: exceptSession } },
    data: { revokedAt: now },
  });
  if (what === "sessions") return { sessions: sessions.count, tokens: 0 };
  const tokens = await tx.token.updateMany({ where: standing, data: { revokedAt: now } });
  return { sessions: sessions.count, tokens: tokens.count };
}
