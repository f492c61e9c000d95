import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { beginRelease } from "#lib/commands/rollback/begin-release.ts";
import { refuseToLeaveShut, refuseWhileReleasing } from "#lib/commands/rollback/while-releasing.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { endAborted } from "#lib/commands/rollback/end-aborted.ts";
import { PlanBody } from "#lib/domain/plan.ts";
import { isReleasing } from "#lib/domain/release.ts";
import { AbortRollback, StepState } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";

/**
 * Ends a rollback. Before execution it is cancelled at once; while it runs the worker stops at the next safe point;
 * where it waits for people it ends here: cancelled when nothing was changed, partial when something was. What a step
 * keeps shut a worker opens first, unless a person was asked to and says that it is to end as it is. A service that had already moved as
 * a whole stands so in the history.
 */
export const abortRollback = command({
  name: "rollback.abort",
  input: AbortRollback.extend({ id: z.string().max(64) }).strict(),
  async load(tx, input) {
    const loaded = await lockRollback(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, actor, input, loaded, now }) {
    const { rollback, state, subject, also } = loaded;
    requireState(
      state,
      ["draft", "awaiting_approval", "approved", "running", "verifying", "paused", "needs_manual"],
      "A rollback cannot be aborted",
    );
    const { reason } = input;
    const asked = { type: "rollback.abort_requested", subject, also, data: { reason } } as const;
    if (state === "running" || state === "verifying") {
      refuseWhileReleasing(rollback);
      await tx.rollback.update({
        where: { id: rollback.id },
        data: { control: "abort", controlReason: reason },
      });
      return {
        result: { id: rollback.id, state },
        events: [asked],
      };
    }
    refuseToLeaveShut(rollback, input.asItIs === true);
    const rows = await rowsOf(tx, rollback.id);
    // Aborted once more, where a person was asked to open it: that person has decided.
    if (!isReleasing(rollback)) {
      const by = actor.kind === "user" ? actor.id : null;
      const opening = await beginRelease(tx, { rollback, subject, also, rows, reason, by }, now);
      if (opening) return { result: { id: rollback.id, state: "running" }, events: [asked, ...opening] };
    }
    const plan = PlanBody.safeParse(JSON.parse(rollback.plan ?? "null"));
    const ending = { ...loaded, plan: plan.success ? plan.data : null, rows, reason };
    const { outcome, events } = await endAborted(tx, ending, now);
    return { result: { id: rollback.id, state: outcome }, events };
  },
});

type Rows = ReadonlyMap<string, { state: StepState; attempts: number }>;

async function rowsOf(tx: Tx, rollbackId: string): Promise<Rows> {
  const steps = await tx.step.findMany({ where: { rollbackId } });
  return new Map(
    steps.map((step) => [step.key, { state: StepState.parse(step.state), attempts: step.attempts }]),
  );
}
