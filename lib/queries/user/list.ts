import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { decodeCursor, paged, take, type Page } from "#lib/queries/page.ts";
import { userView } from "#lib/queries/user/user-view.ts";

/** All accounts by e-mail address, with what they hold, how they can sign in and when they were last here. */
export async function listUsers(actor: Actor, page: Page = {}) {
  await assertMayRead(actor, "user.read");
  const after = decodeCursor(page.cursor, (text) => text);
  const rows = await db().user.findMany({
    where: after === undefined ? {} : { email: { gt: after } },
    include: { grants: true, sessions: { orderBy: { lastSeenAt: "desc" }, take: 1 } },
    orderBy: { email: "asc" },
    take: take(page),
  });
  return paged(
    rows,
    page,
    (row) => row.email,
    (row) => ({
      ...userView(row),
      lastSeenAt: row.sessions[0]?.lastSeenAt.toISOString() ?? null,
      signsInWith: { password: row.passwordHash !== null, singleSignOn: row.oidcSubject !== null },
    }),
  );
}
