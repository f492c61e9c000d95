import { Refusal } from "#lib/domain/errors.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";

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
    throw usedElsewhere();
  }
  return { result: kept(row.answer).result };
}

/** Stores the result beside the key, in the same transaction as the effect. */
export async function keepResult(tx: Tx, idempotency: Idempotency, result: unknown): Promise<void> {
  const { actorId, key } = idempotency;
  await tx.idempotencyKey.update({
    where: { actorId_key: { actorId, key } },
    data: { answer: JSON.stringify({ result: result ?? null } satisfies Kept) },
  });
}

/** What stands beside a key: the command's result and, once it was built, the answer that the caller got. */
type Kept = { result: unknown; body?: unknown };
export type Answer = { status: number; body: unknown };

const kept = (text: string | null): Kept => JSON.parse(text ?? '{"result":null}') as Kept;

/**
 * The whole answer that this very request got before; null when there was none, or when it was lost on the way (the
 * command then gives its first result again). Throws DUPLICATE when the key was used for something else.
 */
export async function findAnswer(idempotency: Idempotency): Promise<Answer | null> {
  const { actorId, key, route, bodyHash } = idempotency;
  const row = await db().idempotencyKey.findUnique({ where: { actorId_key: { actorId, key } } });
  if (!row) return null;
  if (row.route !== route || row.bodyHash !== bodyHash) throw usedElsewhere();
  return row.status === null ? null : { status: row.status, body: kept(row.answer).body };
}

/** Keeps the answer beside the key, unless another request with the same key was first. Returns the one that stands. */
export async function keepAnswer(idempotency: Idempotency, answer: Answer): Promise<Answer> {
  const { actorId, key } = idempotency;
  // As text: jsonb would not keep the order of the keys, and the same answer means the same bytes.
  const body = `,"body":${JSON.stringify(answer.body)}}`;
  const written = await db().$executeRaw`
    UPDATE idempotency_key SET status = ${answer.status}, answer = left(answer, -1) || ${body}
    WHERE actor_id = ${actorId} AND key = ${key} AND status IS NULL`;
  return written === 1 ? answer : ((await findAnswer(idempotency)) ?? answer);
}

function usedElsewhere(): Refusal {
  return new Refusal(
    "DUPLICATE",
    "This Idempotency-Key was already used for another request. Nothing was done.",
  );
}
