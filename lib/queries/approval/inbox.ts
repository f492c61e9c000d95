import type { Actor } from "#lib/domain/actor.ts";
import type { RollbackSummary } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { listRollbacks } from "#lib/queries/rollback/list.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import type { Page, Paged } from "#lib/queries/page.ts";

export type InboxItem = RollbackSummary & {
  mine: boolean;
  whyNot: string | null;
  given: number;
  required: number;
};

/** What awaits approval (`mine`: the reader may decide), or what was decided. */
export async function approvalInbox(
  actor: Actor,
  filter: Page & { state: "needs_approval" | "completed" | "all" },
): Promise<Paged<InboxItem>> {
  const page =
    filter.state === "needs_approval"
      ? await listRollbacks(actor, { ...filter, state: "awaiting_approval" })
      : await decided(actor, filter);
  const items = await Promise.all(
    page.items.map(async (item) => {
      const full = await getRollback(actor, item.id);
      const given = full.approvals.given.filter(
        (a) => a.decision === "approve" && a.voidedAt === null,
      ).length;
      return {
        ...item,
        mine: full.may.approve,
        whyNot: full.whyNotApprove,
        given,
        required: full.approvals.required,
      };
    }),
  );
  return { items, next: page.next };
}

async function decided(actor: Actor, filter: Page & { state: string }): Promise<Paged<RollbackSummary>> {
  const page = await listRollbacks(actor, { limit: filter.limit, cursor: filter.cursor });
  const withApprovals = await db().approval.findMany({
    where: { rollbackId: { in: page.items.map((item) => item.id) } },
    select: { rollbackId: true },
  });
  const ids = new Set(withApprovals.map((row) => row.rollbackId));
  return {
    items: page.items.filter(
      (item) => ids.has(item.id) || (filter.state === "all" && item.state === "awaiting_approval"),
    ),
    next: page.next,
  };
}
