import { z } from "zod";
import { command, type Outcome } from "#lib/commands/command.ts";
import { eventOf, lockExecution, nextUnsettled, type Execution } from "#lib/commands/step/execution.ts";
import { endAborted } from "#lib/commands/rollback/end-aborted.ts";
import { restoreMoved, waivedSteps } from "#lib/commands/rollback/restore-moved.ts";
import { applyHalt, haltAtSafePoint } from "#lib/commands/step/halt.ts";
import { AlreadyRecorded, SpeakerInput } from "#lib/commands/step/record.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { isReleasing } from "#lib/domain/release.ts";
import { endRun } from "#lib/engine/ownership.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** `halted`: a pause or an abort was asked for, and that has happened instead. */
export type Finished = {
  state: "monitoring" | "succeeded" | "partial" | "cancelled" | "halted";
  monitoringUntil: string | null;
};

/**
 * Ends an execution whose steps are all settled: of every service the restored version stands in the history, the bad
 * one is quarantined, the incident is recovered, and the monitoring window opens where the plan has one. Called again at
 * that window's end. Only what was really completed is called succeeded. Throws AlreadyRecorded while the window is open.
 * An aborted one ends once what it kept shut is open; a pause or an abort that was asked for last is heeded first.
 */
export const finishRollback = command({
  name: "rollback.finish",
  input: z.strictObject({ speaker: SpeakerInput }),
  async load(tx, input) {
    return { place: null, loaded: await lockExecution(tx, input.speaker) };
  },
  async run({ tx, loaded: execution, now }): Promise<Outcome<Finished>> {
    const { monitoringUntil: opened } = execution.loaded.rollback;
    if (execution.loaded.state === "monitoring" && opened && now < opened) throw new AlreadyRecorded();
    const left = nextUnsettled(execution);
    if (left) throw new Error(`The step ${left.key} is not settled.`);
    const { rollback, state } = execution.loaded;
    if (isReleasing(rollback)) {
      const reason = rollback.controlReason ?? "";
      const { outcome, events } = await endAborted(tx, { ...execution, rollback, state, reason }, now);
      await endRun(tx, { id: execution.speaker.run, generation: execution.speaker.generation });
      return { result: { state: outcome, monitoringUntil: null }, events };
    }
    // Asked for during the very last step: between it and the window is the last safe point.
    const halt = state === "monitoring" ? null : haltAtSafePoint(execution, null, now);
    if (halt) {
      const [first, ...rest] = await applyHalt(tx, execution, halt, now);
      if (!first) throw new Error("A halt has an event.");
      return { result: { state: "halted", monitoringUntil: null }, events: [first, ...rest] };
    }
    const waived = waivedSteps(execution);
    const outcome = waived.length > 0 ? "partial" : "succeeded";
    const isRestored = (await tx.deployment.count({ where: { rollbackId: rollback.id } })) > 0;
    const events = isRestored ? [] : await restore(tx, execution, outcome, now);
    const { monitoringSeconds } = execution.plan;
    const opens = state !== "monitoring" && monitoringSeconds > 0;
    if (opens) {
      const monitoringUntil = rollback.monitoringUntil ?? new Date(now.getTime() + monitoringSeconds * 1000);
      await tx.rollback.update({
        where: { id: rollback.id },
        data: { state: "monitoring", monitoringUntil },
      });
      const until = monitoringUntil.toISOString();
      const result: Finished = { state: "monitoring", monitoringUntil: until };
      return { result, events: [eventOf(execution, "rollback.monitoring", { until, outcome }), ...events] };
    }
    await tx.rollback.update({
      where: { id: rollback.id },
      data: { state: outcome, outcome, endedAt: now, control: null, controlReason: null },
    });
    await endRun(tx, { id: execution.speaker.run, generation: execution.speaker.generation });
    const data = { outcome, to: rollback.toVersion, from: rollback.fromVersion, waived };
    const result: Finished = { state: outcome, monitoringUntil: null };
    return { result, events: [eventOf(execution, "rollback.finished", data), ...events] };
  },
});

async function restore(
  tx: Tx,
  execution: Execution,
  outcome: "succeeded" | "partial",
  now: Date,
): Promise<NewEvent[]> {
  const { rollback } = execution.loaded;
  const events = await restoreMoved(tx, { ...execution, rollback }, now);
  if (rollback.incidentId) {
    // What was let pass is not known to be well: the incident is decided again.
    const isRecovered = outcome === "succeeded";
    const moved = await tx.incident.updateMany({
      where: { id: rollback.incidentId, state: { in: ["rolling_back", "deciding"] } },
      data: isRecovered ? { state: "monitoring", recoveredAt: now } : { state: "deciding" },
    });
    if (moved.count === 1) {
      const incident = { kind: "incident", id: rollback.incidentId } as const;
      const data = {
        changes: isRecovered
          ? { state: "monitoring", recoveredAt: now.toISOString() }
          : { state: "deciding" },
        rollback: rollback.id,
      };
      events.push({ type: "incident.changed", subject: incident, data });
    }
  }
  return events;
}
