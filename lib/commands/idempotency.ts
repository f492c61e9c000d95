import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** What makes two requests the same one: who sent them, their key, where to, and the hash of what they carried. */
export type Idempotency = { actorId: string; key: string; route: string; bodyHash: string };

/**
 * Takes the key inside the command's transaction; a second request with the same key waits for the first to commit.
 * Returns the first one's result where there is one. Throws DUPLICATE when the key was used for something else.
 */
export async function takeKey(tx: Tx, idempotency: Idempotency): Promise<{ result: unknown } | null> {
  const { actorId, key, route, bodyHash } = idempotency;
  const inserted = await tx.$executeRaw`
    INSERT INTO idempotency_key (actor_id, key, route, body_hash) VALUES (${actorId}, ${key}, ${route}, ${bodyHash})
    ON CONFLICT (actor_id, key) DO NOTHING`;
  if (inserted === 1) return null;
  const row = await tx.idempotencyKey.findUniqueOrThrow({ where: { actorId_key: { actorId, key } } });
  if (row.route !== route || row.bodyHash !== bodyHash) {
    throw new Refusal(
      "DUPLICATE",
      "This Idempotency-Key was already used for another request. Nothing was done.",
    );
  }
  return { result: JSON.parse(row.answer ?? "null") as unknown };
}

/** Stores the result beside the key, in the same transaction as the effect. */
export async function keepResult(tx: Tx, idempotency: Idempotency, result: unknown): Promise<void> {
  const { actorId, key } = idempotency;
  await tx.idempotencyKey.update({
    where: { actorId_key: { actorId, key } },
    data: { answer: JSON.stringify(result ?? null) },
  });
}
