import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { userView } from "#lib/queries/user/user-view.ts";

/** One account with what it holds. Throws NOT_FOUND. */
export async function getUser(actor: Actor, id: string) {
  await assertMayRead(actor, "user.read");
  const row = await db().user.findUnique({ where: { id }, include: { grants: true } });
  if (!row) throw new Refusal("NOT_FOUND", "There is no account with this id.");
  return {
    ...userView(row),
    signsInWith: { password: row.passwordHash !== null, singleSignOn: row.oidcSubject !== null },
  };
}
