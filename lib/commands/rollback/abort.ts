import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { beginRelease } from "#lib/commands/rollback/begin-release.ts";
import { refuseWhileReleasing } from "#lib/commands/rollback/while-releasing.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { restoreMoved } from "#lib/commands/rollback/restore-moved.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { PlanBody } from "#lib/domain/plan.ts";
import { isReleasing } from "#lib/domain/release.ts";
import { StepState, WithReason } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { lockRollback, type LoadedRollback } from "#lib/queries/rollback/load.ts";

/**
 * Ends a rollback. Before execution it is cancelled at once; while it runs the worker stops at the next safe point;
 * where it waits for people it ends here: cancelled when nothing was changed, partial when something was. What a step
 * keeps shut a worker opens first, unless a person was asked to and aborts once more. A service that had already moved as
 * a whole stands so in the history.
 */
export const abortRollback = command({
  name: "rollback.abort",
  input: WithReason.extend({ id: z.string().max(64) }).strict(),
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
    const rows = await rowsOf(tx, rollback.id);
    // Aborted once more, where a person was asked to open it: that person has decided.
    if (!isReleasing(rollback)) {
      const by = actor.kind === "user" ? actor.id : null;
      const opening = await beginRelease(tx, { rollback, subject, also, rows, reason, by }, now);
      if (opening) return { result: { id: rollback.id, state: "running" }, events: [asked, ...opening] };
    }
    const effects = await tx.event.count({
      where: { subjectKind: "rollback", subjectId: rollback.id, type: "step.intended" },
    });
    const end = effects === 0 ? "cancelled" : "partial";
    const restored = effects === 0 ? [] : await whatMoved(tx, loaded, rows, now);
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

type Rows = ReadonlyMap<string, { state: StepState; attempts: number }>;

async function rowsOf(tx: Tx, rollbackId: string): Promise<Rows> {
  const steps = await tx.step.findMany({ where: { rollbackId } });
  return new Map(
    steps.map((step) => [step.key, { state: StepState.parse(step.state), attempts: step.attempts }]),
  );
}

async function whatMoved(
  tx: Tx,
  { rollback, also }: LoadedRollback,
  rows: Rows,
  now: Date,
): Promise<NewEvent[]> {
  const plan = PlanBody.safeParse(JSON.parse(rollback.plan ?? "null"));
  if (!plan.success) return [];
  return restoreMoved(tx, { rollback, also, plan: plan.data, rows }, now);
}
