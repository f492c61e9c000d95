import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { decodeCursor, paged, take, type Page } from "#lib/queries/page.ts";
import { tokenView } from "#lib/queries/token/token-view.ts";

export type TokenFilter = Page & {
  /** "everyone" is for admins, and for Lastgood itself. */
  of?: "me" | "everyone" | undefined;
};

/** Tokens without their secrets, newest first: one's own, or everyone's. */
export async function listTokens(actor: Actor, filter: TokenFilter = {}) {
  const isOwn = actor.kind === "user" && filter.of !== "everyone";
  await assertMayRead(actor, isOwn ? "token.read" : "user.read");
  const before = decodeCursor(filter.cursor, (text) => text);
  const rows = await db().token.findMany({
    where: {
      ...(isOwn ? { userId: actor.id } : {}),
      ...(before === undefined ? {} : { id: { lt: before } }),
    },
    include: { user: { select: { id: true, email: true, name: true } } },
    orderBy: { id: "desc" },
    take: take(filter),
  });
  return paged(
    rows,
    filter,
    (row) => row.id,
    (row) => ({ ...tokenView(row), user: row.user }),
  );
}
