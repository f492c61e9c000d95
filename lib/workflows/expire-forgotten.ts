import { expireRollback } from "#lib/commands/rollback/expire.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { config } from "#lib/platform/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { worker } from "#lib/workflows/actor.ts";
import { eachApart } from "#lib/workflows/each-apart.ts";

/** Ends drafts that nobody touched and approvals that nobody used in time, which frees their lock. */
export async function expireForgotten(): Promise<void> {
  const untouchedSince = new Date(Date.now() - config().draftMinutes * 60_000);
  const forgotten = await db().rollback.findMany({
    where: {
      OR: [
        { state: "draft", touchedAt: { lt: untouchedSince } },
        { state: { in: ["awaiting_approval", "approved"] }, expiresAt: { lte: new Date() } },
      ],
    },
    select: { id: true },
    take: 100,
  });
  await eachApart(forgotten, async ({ id }) => {
    try {
      await expireRollback(worker, { id, untouchedSince });
    } catch (error) {
      // Someone went on with it in this very moment.
      if (!(error instanceof Refusal && error.code === "WRONG_STATE")) throw error;
    }
  });
}
