import { randomBytes } from "node:crypto";
import { sha256 } from "#lib/platform/hash.ts";
import type { Tx } from "#lib/platform/db/client.ts";

const lifetimeMs = 7 * 24 * 3600_000;

export type Visitor = { address: string | null; userAgent: string | null };

/** Makes a session; what is stored is the hash of the secret that the browser gets. */
export async function openSession(
  tx: Tx,
  userId: string,
  { userAgent }: Visitor,
  now: Date,
  reauthenticatedAt: Date | null = null,
): Promise<{ sessionId: string; secret: string }> {
  const secret = randomBytes(32).toString("base64url");
  const sessionId = sha256(secret);
  await tx.session.create({
    data: {
      id: sessionId,
      userId,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + lifetimeMs),
      reauthenticatedAt,
      userAgent: userAgent?.slice(0, 300) ?? null,
    },
  });
  return { sessionId, secret };
}
