import type { NewEvent } from "#lib/domain/event.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";

/** Takes a plan back to draft, voids what was signed, and has a new plan prepared. Gives the events to append. */
export async function reopenPlan(
  tx: Tx,
  loaded: LoadedRollback,
  reason: string,
  now: Date,
): Promise<NewEvent[]> {
  const { rollback } = loaded;
  const preparation = rollback.preparation + 1;
  const voided = await tx.approval.updateMany({
    where: { rollbackId: rollback.id, voidedAt: null },
    data: { voidedAt: now, voidReason: reason },
  });
  await tx.rollback.update({
    where: { id: rollback.id },
    data: {
      state: "draft",
      plan: null,
      planHash: null,
      preparedAt: null,
      preparation,
      submittedAt: null,
      approvedAt: null,
      expiresAt: null,
      touchedAt: now,
    },
  });
  await enqueueRun(tx, "prepare", rollback.id, { preparation });
  if (rollback.state === "draft") return [];
  return [
    {
      type: "rollback.approvals_voided",
      subject: loaded.subject,
      also: loaded.also,
      data: { reason, approvals: voided.count, planHash: rollback.planHash },
    },
  ];
}
