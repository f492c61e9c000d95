import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { restoreMoved } from "#lib/commands/rollback/restore-moved.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { PlanBody } from "#lib/domain/plan.ts";
import { StepState, WithReason } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { lockRollback, type LoadedRollback } from "#lib/queries/rollback/load.ts";

/**
 * Ends a rollback. Before execution it is cancelled at once; while it runs the worker stops at the next safe point;
 * where it waits for people it ends here: cancelled when nothing was changed, partial when something was. A service that
 * had already moved as a whole stands so in the history.
 */
export const abortRollback = command({
  name: "rollback.abort",
  input: WithReason.extend({ id: z.string().max(64) }).strict(),
  async load(tx, input) {
    const loaded = await lockRollback(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, input, loaded, now }) {
    const { rollback, state, subject, also } = loaded;
    requireState(
      state,
      ["draft", "awaiting_approval", "approved", "running", "verifying", "paused", "needs_manual"],
      "A rollback cannot be aborted",
    );
    const { reason } = input;
    if (state === "running" || state === "verifying") {
      await tx.rollback.update({
        where: { id: rollback.id },
        data: { control: "abort", controlReason: reason },
      });
      return {
        result: { id: rollback.id, state },
        events: [{ type: "rollback.abort_requested", subject, also, data: { reason } }],
      };
    }
    const effects = await tx.event.count({
      where: { subjectKind: "rollback", subjectId: rollback.id, type: "step.intended" },
    });
    const end = effects === 0 ? "cancelled" : "partial";
    const restored = effects === 0 ? [] : await whatMoved(tx, loaded, now);
    await tx.rollback.update({
      where: { id: rollback.id },
      data: { state: end, outcome: end, endedAt: now, touchedAt: now, control: null },
    });
    if (rollback.incidentId && effects > 0) {
      await tx.incident.updateMany({
        where: { id: rollback.incidentId, state: "rolling_back" },
        data: { state: "deciding" },
      });
    }
    return {
      result: { id: rollback.id, state: end },
      events: [
        end === "cancelled"
          ? { type: "rollback.cancelled", subject, also, data: { reason, from: state } }
          : { type: "rollback.finished", subject, also, data: { outcome: end, reason } },
        ...restored,
      ],
    };
  },
});

async function whatMoved(tx: Tx, { rollback, also }: LoadedRollback, now: Date): Promise<NewEvent[]> {
  const plan = PlanBody.safeParse(JSON.parse(rollback.plan ?? "null"));
  if (!plan.success) return [];
  const steps = await tx.step.findMany({ where: { rollbackId: rollback.id } });
  const rows = new Map(
    steps.map((step) => [step.key, { state: StepState.parse(step.state), attempts: step.attempts }]),
  );
  return restoreMoved(tx, { rollback, also, plan: plan.data, rows }, now);
}
