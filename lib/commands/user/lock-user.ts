import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** An account by its id or e-mail address, held against change. Throws NOT_FOUND. */
export async function lockUser(tx: Tx, reference: string) {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM user_account WHERE id = ${reference} OR email = ${reference.toLowerCase()} FOR UPDATE`;
  const row = rows[0];
  if (!row) throw new Refusal("NOT_FOUND", "There is no account with this id or e-mail address.");
  return tx.user.findUniqueOrThrow({ where: { id: row.id }, include: { grants: true } });
}
export type LockedUser = Awaited<ReturnType<typeof lockUser>>;
