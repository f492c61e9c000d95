import type { Tx } from "#lib/platform/db/client.ts";

/** The person's oldest review that is overdue: it blocks their next emergency. Null when there is none. */
export async function overdueReview(
  tx: Tx,
  userId: string,
  now: Date,
): Promise<{ id: string; rollbackId: string; dueAt: Date } | null> {
  return tx.review.findFirst({
    where: { userId, doneAt: null, dueAt: { lte: now } },
    orderBy: { dueAt: "asc" },
    select: { id: true, rollbackId: true, dueAt: true },
  });
}
