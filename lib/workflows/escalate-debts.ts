import { escalateReview } from "#lib/commands/review/escalate.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { db } from "#lib/platform/db/client.ts";
import { worker } from "#lib/workflows/actor.ts";
import { eachApart } from "#lib/workflows/each-apart.ts";

/** Tells, once for each, that what an emergency left to be done is overdue. */
export async function escalateDebts(now = new Date()): Promise<void> {
  const overdue = await db().review.findMany({
    where: { doneAt: null, escalatedAt: null, dueAt: { lte: now } },
    select: { id: true },
    orderBy: { dueAt: "asc" },
    take: 100,
  });
  await eachApart(overdue, async ({ id }) => {
    try {
      await escalateReview(worker, { review: id });
    } catch (error) {
      // Another worker was first, or it was done in this very moment.
      if (!(error instanceof Refusal && error.code === "WRONG_STATE")) throw error;
    }
  });
}
