import { NothingNew, recordChecks } from "#lib/commands/rollback/record-checks.ts";
import { isGateOpen, ItemGate } from "#lib/domain/checklist.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { RollbackState } from "#lib/domain/rollback.ts";
import { db } from "#lib/platform/db/client.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { worker } from "#lib/workflows/actor.ts";
import { lookAgain } from "#lib/workflows/checklist.ts";
import { eachApart } from "#lib/workflows/each-apart.ts";
import { loadPreparation } from "#lib/workflows/load-preparation.ts";

/** For so long after its end a rollback is looked at by itself; later, when somebody asks. Milliseconds. */
const lookedAtMs = 15 * 60_000;
const caughtUpMs = 24 * 3_600_000;
const most = 20;
const noPlanning = { planned: [], troubles: [] };

/**
 * Looks whether what must be true after a rollback is, from the evidence of its verification and from what is measured
 * since. What does not hold yet is looked at again for a while: figures take their time to come.
 */
export async function lookAfterwards(now = new Date()): Promise<void> {
  const rows = await db().rollback.findMany({
    where: {
      startedAt: { not: null },
      OR: [
        { state: "monitoring" },
        { endedAt: { gt: new Date(now.getTime() - lookedAtMs) } },
        // Nobody was there to look at the time.
        {
          endedAt: { gt: new Date(now.getTime() - caughtUpMs) },
          checklist: { some: { ...unsettled, evidence: null } },
        },
      ],
      checklist: { some: unsettled },
    },
    select: { id: true, preparation: true },
    orderBy: { number: "desc" },
    take: most,
  });
  await eachApart(rows, look);
}

const unsettled = {
  kind: "automatic",
  gate: { in: ["after", "validation"] },
  state: { in: ["open", "failed"] },
};

async function look({ id, preparation }: { id: string; preparation: number }): Promise<void> {
  try {
    const asked = await transact((tx) => loadPreparation(tx, id));
    const { startedAt } = asked.rollback;
    const state = RollbackState.parse(asked.rollback.state);
    const items = await db().checklistItem.findMany({ where: { rollbackId: id, ...unsettled } });
    const open = items.filter((item) => isGateOpen(ItemGate.parse(item.gate), { state, startedAt }));
    const looked = await lookAgain(
      asked,
      noPlanning,
      open.map((item) => item.itemId),
    );
    await recordChecks(worker, { id, preparation, run: null, changesOnly: true, looked });
  } catch (error) {
    // Nothing is different, or the environment is not registered any more and there is nothing to look at.
    if (!(error instanceof NothingNew || (error instanceof Refusal && error.code === "NOT_FOUND")))
      throw error;
  }
}
