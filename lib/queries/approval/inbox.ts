import type { Actor } from "#lib/domain/actor.ts";
import { standingApprovals } from "#lib/domain/standing-approvals.ts";
import type { ApprovalsView, RollbackSummary } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { listRollbacks } from "#lib/queries/rollback/list.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import type { Page, Paged } from "#lib/queries/page.ts";

export type InboxItem = RollbackSummary &
  Pick<ApprovalsView, "required" | "asksNextAt" | "offersEmergencyAt"> & {
    mine: boolean;
    whyNot: string | null;
    /** How many approvals stand. */
    given: number;
    /** Whether the emergency was offered because nobody decided. */
    emergencyOffered: boolean;
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
    page.items.map(async (item): Promise<InboxItem> => {
      const { approvals, may, whyNotApprove } = await getRollback(actor, item.id);
      const { required, asksNextAt, offersEmergencyAt, emergencyOffer } = approvals;
      return {
        ...item,
        mine: may.approve,
        whyNot: whyNotApprove,
        given: standingApprovals(approvals.given).length,
        required,
        asksNextAt,
        offersEmergencyAt,
        emergencyOffered: emergencyOffer !== null,
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
