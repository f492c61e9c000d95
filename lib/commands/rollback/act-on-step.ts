import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { endOrGoOn, restOn } from "#lib/commands/rollback/while-releasing.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { PlanBody, planSteps } from "#lib/domain/plan.ts";
import { isReleasing, releaseSteps } from "#lib/domain/release.ts";
import { ActOnStep, isSettled, StepState } from "#lib/domain/rollback.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import { heldStep } from "#lib/queries/rollback/held-step.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";
import { Prisma } from "#prisma/client.ts";

/**
 * What a person decides where the machine stopped: try the step again, skip it, declare it done with evidence, or take
 * its command to run by hand. All but the last go on with the rollback at the next step that is not settled; where it
 * waits at a hold, only a decision about the very step behind it lets it go on.
 */
export const actOnStep = command({
  name: "rollback.act-on-step",
  input: ActOnStep.extend({ id: z.string().max(64), key: z.string().max(200) }).strict(),
  async load(tx, input) {
    const loaded = await lockRollback(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, actor, input, loaded, now }) {
    requireState(loaded.state, ["paused", "needs_manual"], "A step cannot be decided by a person");
    const { rollback, subject, also } = loaded;
    const plan = PlanBody.parse(JSON.parse(rollback.plan ?? "null"));
    const stepsOf = isReleasing(rollback) ? releaseSteps : planSteps;
    const planned = stepsOf(plan).find((step) => step.key === input.key);
    const key = { rollbackId_key: { rollbackId: rollback.id, key: input.key } };
    const step = await tx.step.findUnique({ where: key });
    if (!planned || !step) throw new Refusal("NOT_FOUND", "The plan has no step with this key.");
    const current = StepState.parse(step.state);
    const { action, reason, evidence } = input;
    const event = {
      type: "step.decided_by_person",
      subject,
      also,
      data: {
        key: input.key,
        title: planned.title,
        action,
        reason,
        evidence: evidence ?? null,
        was: current,
      },
    } as const;
    if (action === "run_by_hand") {
      return { result: { id: rollback.id, state: loaded.state, command: planned.command }, events: [event] };
    }
    if (isSettled(current)) throw new Refusal("WRONG_STATE", "This step is already settled.");
    if (action === "mark_done" && !evidence) {
      const message = "Say what you saw that shows the step is done.";
      throw new Refusal("INVALID", `evidence: ${message}`, { errors: [{ path: "evidence", message }] });
    }
    const held = loaded.state === "paused" ? await heldStep(tx, rollback.id) : null;
    const by = actor.kind === "user" ? actor.name : actor.id;
    await tx.step.update({
      where: key,
      data: {
        state: action === "retry" ? "pending" : action === "skip" ? "skipped" : "done_by_hand",
        intendedAt: null,
        nextRetryAt: null,
        ...(held === input.key ? { releasedAt: now, releasedBy: actor.id } : {}),
        ...(action === "retry" ? { error: Prisma.DbNull } : { endedAt: now }),
        ...(evidence
          ? {
              evidence: [
                { title: `Done by hand, says ${by}`, ok: true, detail: evidence, at: now.toISOString() },
              ],
            }
          : {}),
      },
    });
    if (held !== null && held !== input.key) {
      return { result: { id: rollback.id, state: loaded.state, command: planned.command }, events: [event] };
    }
    if (isReleasing(rollback)) await restOn(tx, rollback.id, actor);
    await tx.rollback.update({
      where: { id: rollback.id },
      data: {
        state: "running",
        ...endOrGoOn(rollback),
        deadlineAt: new Date(now.getTime() + plan.limits.rollbackSeconds * 1000),
        healthDeadlineAt: null,
        ...(actor.kind === "user" && rollback.driverId === null ? { driverId: actor.id } : {}),
      },
    });
    await enqueueRun(tx, "rollback", rollback.id);
    return { result: { id: rollback.id, state: "running", command: planned.command }, events: [event] };
  },
});
