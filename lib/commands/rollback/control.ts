import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { endOrGoOn, refuseWhileReleasing, restOn } from "#lib/commands/rollback/while-releasing.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { isReleasing } from "#lib/domain/release.ts";
import { WithReason } from "#lib/domain/rollback.ts";
import { PlanBody } from "#lib/domain/plan.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import { heldStep } from "#lib/queries/rollback/held-step.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";

const input = WithReason.extend({ id: z.string().max(64) }).strict();
const load = async (tx: Parameters<typeof lockRollback>[0], asked: z.output<typeof input>) => {
  const loaded = await lockRollback(tx, asked.id);
  return { place: loaded.found.place, loaded };
};

/** Asks for a halt at the next safe point, which is between two steps. */
export const pauseRollback = command({
  name: "rollback.pause",
  input,
  load,
  async run({ tx, input, loaded }) {
    requireState(loaded.state, ["running", "verifying"], "A rollback cannot be paused");
    refuseWhileReleasing(loaded.rollback);
    await tx.rollback.update({
      where: { id: loaded.rollback.id },
      data: { control: "pause", controlReason: input.reason },
    });
    const { subject, also } = loaded;
    return {
      result: { id: loaded.rollback.id, state: loaded.state },
      events: [{ type: "rollback.pause_requested", subject, also, data: { reason: input.reason } }],
    };
  },
});

/** Goes on at the first step that is not settled, with a fresh budget; past the hold it waits at, and past no other. */
export const resumeRollback = command({
  name: "rollback.resume",
  input,
  load,
  async run({ tx, actor, input, loaded, now }) {
    requireState(loaded.state, ["paused", "needs_manual"], "A rollback cannot be resumed");
    const { rollback, subject, also } = loaded;
    const { limits } = PlanBody.parse(JSON.parse(rollback.plan ?? "null"));
    const released = loaded.state === "paused" ? await heldStep(tx, rollback.id) : null;
    if (released !== null) {
      await tx.step.update({
        where: { rollbackId_key: { rollbackId: rollback.id, key: released } },
        data: { releasedAt: now, releasedBy: actor.id },
      });
    }
    if (isReleasing(rollback)) await restOn(tx, rollback.id, actor);
    await tx.rollback.update({
      where: { id: rollback.id },
      data: {
        state: "running",
        ...endOrGoOn(rollback),
        deadlineAt: new Date(now.getTime() + limits.rollbackSeconds * 1000),
        healthDeadlineAt: null,
        // Acting is no taking over: only where nobody drives does it make a driver.
        ...(actor.kind === "user" && rollback.driverId === null ? { driverId: actor.id } : {}),
      },
    });
    await enqueueRun(tx, "rollback", rollback.id);
    return {
      result: { id: rollback.id, state: "running" },
      events: [
        {
          type: "rollback.resumed",
          subject,
          also,
          data: { reason: input.reason, from: loaded.state, released },
        },
      ],
    };
  },
});
