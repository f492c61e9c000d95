import { settleHandOver } from "#lib/commands/duty/settle.ts";
import { Duty } from "#lib/domain/duty.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { db } from "#lib/platform/db/client.ts";
import { worker } from "#lib/workflows/actor.ts";
import { eachApart } from "#lib/workflows/each-apart.ts";

/** Passes duties on where nobody answered in time, and where whoever would have to answer is gone. */
export async function settleHandOvers(): Promise<void> {
  const open = await db().handOver.findMany({
    where: { state: "asked" },
    orderBy: { takesEffectAt: "asc" },
    take: 200,
  });
  await eachApart(open, async ({ id: handOver, incidentId, rollbackId, duty }) => {
    const kind = rollbackId === null ? ("incident" as const) : ("rollback" as const);
    try {
      const on = { kind, id: rollbackId ?? incidentId ?? "", duty: Duty.parse(duty) };
      await settleHandOver(worker, { ...on, handOver });
    } catch (error) {
      // There is time left, or somebody answered in this very moment.
      if (!(error instanceof Refusal && error.code === "WRONG_STATE")) throw error;
    }
  });
}
