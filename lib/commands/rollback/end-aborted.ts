import { restoreMoved } from "#lib/commands/rollback/restore-moved.ts";
import type { NewEvent, Subject } from "#lib/domain/event.ts";
import { planSteps, type PlanBody } from "#lib/domain/plan.ts";
import { releaseSteps } from "#lib/domain/release.ts";
import { isSettled, type RollbackState, type StepState } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { Rollback } from "#prisma/client.ts";

/** A rollback that was aborted, how far each step has come, and why. `plan`: null where it was never prepared. */
type Aborted = {
  rollback: Rollback;
  state: RollbackState;
  subject: Subject;
  also: readonly Subject[];
  plan: PlanBody | null;
  rows: ReadonlyMap<string, { state: StepState; attempts: number }>;
  reason: string;
};

type Ended = { outcome: "cancelled" | "partial"; events: [NewEvent, ...NewEvent[]] };

/**
 * Ends a rollback that was aborted: cancelled when nothing was changed, partial when something was. What is left to do
 * stands in the event with its commands, also an opening that was skipped. What moved stands in the history; a version
 * whose watch ended here is known to be good no more, and the incident is decided again.
 */
export async function endAborted(tx: Tx, aborted: Aborted, now: Date): Promise<Ended> {
  const { rollback, state: from, subject, also, plan, reason } = aborted;
  const effects = await tx.event.count({
    where: { subjectKind: "rollback", subjectId: rollback.id, type: "step.intended" },
  });
  const outcome = effects === 0 ? "cancelled" : "partial";
  const restored = plan === null || effects === 0 ? [] : await restoreMoved(tx, { ...aborted, plan }, now);
  const wasWatched = rollback.monitoringUntil !== null;
  const doubted = wasWatched ? await doubtRestored(tx, rollback, reason) : [];
  await tx.rollback.update({
    where: { id: rollback.id },
    data: {
      state: outcome,
      outcome,
      endedAt: now,
      touchedAt: now,
      control: null,
      controlReason: null,
    },
  });
  const reopened = rollback.startedAt === null ? [] : await decideAgain(tx, rollback, wasWatched);
  const ended: NewEvent =
    outcome === "cancelled"
      ? { type: "rollback.cancelled", subject, also, data: { reason, from } }
      : { type: "rollback.finished", subject, also, data: { outcome, reason, ...progress(aborted) } };
  return { outcome, events: [ended, ...restored, ...doubted, ...reopened] };
}

function progress({ plan, rows }: Aborted) {
  const steps = plan === null ? [] : planSteps(plan);
  const openings = plan === null ? [] : releaseSteps(plan).filter(({ key }) => rows.has(key));
  const stateOf = (key: string): StepState => rows.get(key)?.state ?? "pending";
  const isOpened = (key: string): boolean => isSettled(stateOf(key)) && stateOf(key) !== "skipped";
  return {
    done: [
      ...steps.filter(({ key }) => isSettled(stateOf(key))),
      ...openings.filter(({ key }) => isOpened(key)),
    ].map(({ key }) => key),
    remaining: [
      ...openings.filter(({ key }) => !isOpened(key)),
      ...steps.filter(({ key }) => !isSettled(stateOf(key))),
    ].map(({ key, title, command }) => ({ key, title, command })),
  };
}

/** Law 9: what was being watched and was given up is not known to be good. What a person has judged since stays. */
async function doubtRestored(tx: Tx, rollback: Rollback, reason: string): Promise<NewEvent[]> {
  const where = {
    rollbackId: rollback.id,
    knownGood: true,
    knownGoodReason: `Restored and verified by RB-${rollback.number}`,
  };
  const rows = await tx.deployment.findMany({ where });
  await tx.deployment.updateMany({ where, data: { knownGood: null, knownGoodReason: null } });
  return rows.map(({ id: deployment, serviceId, environment, version }) => ({
    type: "deployment.judged",
    subject: { kind: "service", id: serviceId },
    data: { deployment, environment, version, knownGood: null, reason, rollback: rollback.id },
  }));
}

async function decideAgain(tx: Tx, rollback: Rollback, wasWatched: boolean): Promise<NewEvent[]> {
  if (rollback.incidentId === null) return [];
  const moved = await tx.incident.updateMany({
    where: {
      id: rollback.incidentId,
      state: { in: wasWatched ? ["rolling_back", "monitoring"] : ["rolling_back"] },
    },
    data: { state: "deciding", ...(wasWatched ? { recoveredAt: null } : {}) },
  });
  if (moved.count === 0) return [];
  const changes = { state: "deciding", ...(wasWatched ? { recoveredAt: null } : {}) };
  const subject = { kind: "incident", id: rollback.incidentId } as const;
  return [{ type: "incident.changed", subject, data: { changes, rollback: rollback.id } }];
}
