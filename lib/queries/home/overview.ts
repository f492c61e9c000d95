import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { listReadiness, type PlaceReadiness } from "#lib/queries/service/readiness-list.ts";

type ReviewDebt = { id: string; rollback: string; number: string; dueAt: string; overdue: boolean };
export type HomeView = { reviews: ReviewDebt[]; readiness: PlaceReadiness[] };

/** What the home screen shows below what is going on: what one owes, and whether one could roll back. */
export async function homeOverview(actor: Actor): Promise<HomeView> {
  const now = new Date();
  const [readiness, debts] = await Promise.all([
    listReadiness(actor),
    db().review.findMany({ where: { userId: actor.id, doneAt: null }, orderBy: { dueAt: "asc" } }),
  ]);
  const numbers = await db().rollback.findMany({
    where: { id: { in: debts.map((debt) => debt.rollbackId) } },
    select: { id: true, number: true },
  });
  return {
    reviews: debts.map((debt) => ({
      id: debt.id,
      rollback: debt.rollbackId,
      number: `RB-${numbers.find((row) => row.id === debt.rollbackId)?.number ?? ""}`,
      dueAt: debt.dueAt.toISOString(),
      overdue: debt.dueAt < now,
    })),
    readiness,
  };
}
