import { enqueueRun } from "#lib/engine/enqueue.ts";
import { waitForRun } from "#lib/engine/wait-for-run.ts";
import { db } from "#lib/platform/db/client.ts";
import { transact } from "#lib/platform/db/transact.ts";

const patienceMs = 10_000;

/** Has a worker run the automatic checks that gate the execution of an approved plan, just before it starts. */
export async function freshChecks(rollbackId: string): Promise<void> {
  const items = await db().checklistItem.findMany({
    where: {
      rollbackId,
      gate: "execute",
      kind: "automatic",
      state: { not: "overridden" },
      rollback: { state: "approved" },
    },
    select: { itemId: true, rollback: { select: { preparation: true } } },
  });
  const [first] = items;
  if (!first) return;
  const { preparation } = first.rollback;
  const ids = items.map(({ itemId }) => itemId);
  const run = await transact((tx) => enqueueRun(tx, "check", rollbackId, { items: ids, preparation }));
  await waitForRun(run, patienceMs);
}
