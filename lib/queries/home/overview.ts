import type { Actor } from "#lib/domain/actor.ts";
import type { IncidentSummary, RollbackSummary, ServiceView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { approvalInbox, type InboxItem } from "#lib/queries/approval/inbox.ts";
import { listIncidents } from "#lib/queries/incident/list.ts";
import { listRollbacks } from "#lib/queries/rollback/list.ts";
import { listServices } from "#lib/queries/service/get.ts";

export type ReviewDebt = { id: string; rollback: string; number: string; dueAt: string; overdue: boolean };
export type NoticeView = { id: string; kind: string; text: string; link: string; at: string };
export type HomeView = {
  incidents: IncidentSummary[];
  rollbacks: RollbackSummary[];
  approvals: InboxItem[];
  reviews: ReviewDebt[];
  notices: NoticeView[];
  services: ServiceView[];
};

/** All that the home screen shows, active things first. */
export async function homeOverview(actor: Actor): Promise<HomeView> {
  const now = new Date();
  const [incidents, rollbacks, approvals, services, debts, notices] = await Promise.all([
    listIncidents(actor, { active: true, limit: 50 }),
    listRollbacks(actor, { active: true, limit: 50 }),
    approvalInbox(actor, { state: "needs_approval", limit: 20 }),
    listServices(actor, { limit: 100 }),
    db().review.findMany({ where: { userId: actor.id, doneAt: null }, orderBy: { dueAt: "asc" } }),
    db().notification.findMany({
      where: { userId: actor.id, readAt: null },
      orderBy: { at: "desc" },
      take: 20,
    }),
  ]);
  const numbers = await db().rollback.findMany({
    where: { id: { in: debts.map((debt) => debt.rollbackId) } },
    select: { id: true, number: true },
  });
  return {
    incidents: incidents.items,
    rollbacks: rollbacks.items,
    approvals: approvals.items,
    reviews: debts.map((debt) => ({
      id: debt.id,
      rollback: debt.rollbackId,
      number: `RB-${numbers.find((row) => row.id === debt.rollbackId)?.number ?? ""}`,
      dueAt: debt.dueAt.toISOString(),
      overdue: debt.dueAt < now,
    })),
    notices: notices.map((notice) => ({
      id: String(notice.id),
      kind: notice.kind,
      text: notice.text,
      link: notice.link,
      at: notice.at.toISOString(),
    })),
    services: services.items,
  };
}
