import { z } from "zod";
import { command, type Outcome } from "#lib/commands/command.ts";
import { eventOf, lockExecution, nextUnsettled, type Execution } from "#lib/commands/step/execution.ts";
import { SpeakerInput } from "#lib/commands/step/record.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { endRun } from "#lib/engine/ownership.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";

export type Finished = { state: "monitoring" | "succeeded" | "partial"; monitoringUntil: string | null };

/**
 * Ends an execution whose steps are all settled: the restored version stands in the history, the bad one is
 * quarantined, the incident is recovered, and the monitoring window opens where the plan has one. Called again at
 * that window's end. Only what was really completed is called succeeded.
 */
export const finishRollback = command({
  name: "rollback.finish",
  input: z.strictObject({ speaker: SpeakerInput }),
  async load(tx, input) {
    return { place: null, loaded: await lockExecution(tx, input.speaker) };
  },
  async run({ tx, loaded: execution, now }): Promise<Outcome<Finished>> {
    const left = nextUnsettled(execution);
    if (left) throw new Error(`The step ${left.key} is not settled.`);
    const { rollback, state } = execution.loaded;
    const outcome = waived(execution).length > 0 ? "partial" : "succeeded";
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
    const data = { outcome, to: rollback.toVersion, from: rollback.fromVersion, waived: waived(execution) };
    const result: Finished = { state: outcome, monitoringUntil: null };
    return { result, events: [eventOf(execution, "rollback.finished", data), ...events] };
  },
});

/** What a person let pass: a step that would have acted, or a check, that nobody completed. */
function waived(execution: Execution): string[] {
  return execution.steps.flatMap((step) => {
    const row = execution.rows.get(step.key);
    const isWaved = !step.mutating && row?.state === "done_by_hand" && row.attempts > 0;
    return row?.state === "skipped" || isWaved ? [step.key] : [];
  });
}

async function restore(
  tx: Tx,
  execution: Execution,
  outcome: Finished["state"],
  now: Date,
): Promise<NewEvent[]> {
  const { rollback } = execution.loaded;
  const { serviceId, environment, toVersion: version, fromVersion } = rollback;
  const service = { kind: "service", id: serviceId } as const;
  const number = `RB-${rollback.number}`;
  const known = await tx.deployment.findFirst({
    where: { serviceId, environment, version, knownGood: true },
    orderBy: { deployedAt: "desc" },
  });
  const deployment = newId("dep");
  await tx.deployment.create({
    data: {
      id: deployment,
      serviceId,
      environment,
      version,
      deployedAt: now,
      deployedBy: number,
      strategy: rollback.strategy,
      knownGood: outcome === "succeeded" ? true : null,
      knownGoodReason: outcome === "succeeded" ? `Restored and verified by ${number}` : null,
      commit: known?.commit ?? null,
      imageDigest: known?.imageDigest ?? null,
      configurationRevision: known?.configurationRevision ?? null,
      migrationHead: known?.migrationHead ?? null,
      backup: known?.backup ?? null,
      rollbackId: rollback.id,
    },
  });
  const events: NewEvent[] = [
    {
      type: "deployment.reported",
      subject: service,
      data: {
        deployment,
        environment,
        version,
        knownGood: outcome === "succeeded" ? true : null,
        rollback: rollback.id,
      },
    },
  ];
  if (fromVersion && fromVersion !== version) {
    const pin = newId("pin");
    const reason = `Rolled back by ${number}: ${rollback.reason}`;
    const inserted = await tx.$executeRaw`
      INSERT INTO pin (id, service_id, environment, version, reason, rollback_id, created_by)
      VALUES (${pin}, ${serviceId}, ${environment}, ${fromVersion}, ${reason}, ${rollback.id}, ${number})
      ON CONFLICT (service_id, environment, version) WHERE released_at IS NULL DO NOTHING`;
    if (inserted === 1) {
      const data = { pin, environment, version: fromVersion, reason, rollback: rollback.id };
      events.push({ type: "pin.created", subject: service, also: execution.also, data });
    }
  }
  if (rollback.incidentId) {
    const moved = await tx.incident.updateMany({
      where: { id: rollback.incidentId, state: { in: ["rolling_back", "deciding"] } },
      data: { state: "monitoring", recoveredAt: now },
    });
    if (moved.count === 1) {
      const incident = { kind: "incident", id: rollback.incidentId } as const;
      const data = {
        changes: { state: "monitoring", recoveredAt: now.toISOString() },
        rollback: rollback.id,
      };
      events.push({ type: "incident.changed", subject: incident, data });
    }
  }
  return events;
}
