import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { decodeCursor, paged, take, type Page } from "#lib/queries/page.ts";
import { delegationView } from "#lib/queries/delegation/delegation-view.ts";

export type DelegationFilter = Page & {
  /** Lent or borrowed by this person. */
  user?: string | undefined;
  system?: string | undefined;
};

/** Roles that are lent now, the newest first: one's own, and those within the systems that the actor may read. */
export async function listDelegations(actor: Actor, filter: DelegationFilter = {}) {
  const systems = await readableSystems(actor, "delegation.read");
  const before = decodeCursor(filter.cursor, (text) => text);
  const { user, system } = filter;
  const mine = [{ fromUserId: actor.id }, { toUserId: actor.id }];
  const rows = await db().delegation.findMany({
    where: {
      revokedAt: null,
      endsAt: { gt: new Date() },
      AND: [
        systems === "*" ? {} : { OR: [{ system: { in: ["*", ...systems] } }, ...mine] },
        user === undefined ? {} : { OR: [{ fromUserId: user }, { toUserId: user }] },
        system === undefined ? {} : { system: { in: ["*", system] } },
        before === undefined ? {} : { id: { lt: before } },
      ],
    },
    include: { from: true, to: true },
    orderBy: { id: "desc" },
    take: take(filter),
  });
  return paged(rows, filter, (row) => row.id, delegationView);
}
