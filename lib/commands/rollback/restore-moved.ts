import type { NewEvent, Subject } from "#lib/domain/event.ts";
import type { PlanBody, PlanStep } from "#lib/domain/plan.ts";
import { isSettled, type StepState } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";
import type { Rollback } from "#prisma/client.ts";

/** A rollback at its end, and how far each step has come. */
type Ending = {
  rollback: Rollback;
  also: readonly Subject[];
  plan: PlanBody;
  rows: ReadonlyMap<string, { state: StepState; attempts: number }>;
};

/** A service that has moved, and whether everything that shows it was done and proved. */
type Moved = { service: string; from: string | null; to: string; isProved: boolean };

/** What a person let pass: a step that would have acted, or a check, that nobody completed. */
export function waivedSteps({ plan, rows }: Pick<Ending, "plan" | "rows">): string[] {
  return plan.phases.flatMap((phase) =>
    phase.steps.flatMap((step) => (isWaived(step, rows) ? [step.key] : [])),
  );
}

/**
 * Writes of every service that has moved that it runs the restored version again, and quarantines the bad one. One has
 * moved when all its effects are settled and not every one was skipped. Once for each rollback. Gives the events to append.
 */
export async function restoreMoved(tx: Tx, ending: Ending, now: Date): Promise<NewEvent[]> {
  if ((await tx.deployment.count({ where: { rollbackId: ending.rollback.id } })) > 0) return [];
  const events: NewEvent[] = [];
  for (const moved of movedServices(ending)) events.push(...(await restore(tx, ending, moved, now)));
  return events;
}

function movedServices({ plan, rows }: Ending): Moved[] {
  const stateOf = (step: PlanStep): StepState => rows.get(step.key)?.state ?? "pending";
  const areSettled = (steps: readonly PlanStep[]): boolean => steps.every((step) => isSettled(stateOf(step)));
  return [plan, ...(plan.members ?? [])].flatMap(({ service, from, to }) => {
    const ofPhase = (id: string): PlanStep[] =>
      plan.phases.flatMap((phase) =>
        phase.id === id ? phase.steps.filter((step) => (step.service ?? plan.service) === service) : [],
      );
    const own = plan.phases.flatMap((phase) => ofPhase(phase.id));
    const acting = own.filter((step) => step.mutating);
    const hasMoved =
      acting.length === 0
        ? areSettled(own)
        : areSettled(acting) && acting.some((step) => stateOf(step) !== "skipped");
    if (!hasMoved) return [];
    const gate = ofPhase("execution").filter((step) => !step.mutating);
    const isChecked = areSettled(ofPhase("verification")) || (gate.length > 0 && areSettled(gate));
    return [{ service, from, to, isProved: isChecked && !own.some((step) => isWaived(step, rows)) }];
  });
}

function isWaived(step: PlanStep, rows: Ending["rows"]): boolean {
  const row = rows.get(step.key);
  return row?.state === "skipped" || (!step.mutating && row?.state === "done_by_hand" && row.attempts > 0);
}

async function restore(
  tx: Tx,
  { rollback, also }: Ending,
  { service: serviceId, from, to: version, isProved }: Moved,
  now: Date,
): Promise<NewEvent[]> {
  const { environment } = rollback;
  const service = { kind: "service", id: serviceId } as const;
  const number = `RB-${rollback.number}`;
  const known = await tx.deployment.findFirst({
    where: { serviceId, environment, version, knownGood: true },
    orderBy: { deployedAt: "desc" },
  });
  const deployment = newId("dep");
  const knownGood = isProved ? true : null;
  await tx.deployment.create({
    data: {
      id: deployment,
      serviceId,
      environment,
      version,
      deployedAt: now,
      deployedBy: number,
      strategy: rollback.strategy,
      knownGood,
      knownGoodReason: isProved ? `Restored and verified by ${number}` : null,
      commit: known?.commit ?? null,
      imageDigest: known?.imageDigest ?? null,
      configurationRevision: known?.configurationRevision ?? null,
      migrationHead: known?.migrationHead ?? null,
      backup: known?.backup ?? null,
      rollbackId: rollback.id,
    },
  });
  const data = { deployment, environment, version, knownGood, rollback: rollback.id };
  const events: NewEvent[] = [{ type: "deployment.reported", subject: service, data }];
  if (from === null || from === version) return events;
  const pin = newId("pin");
  const reason = `Rolled back by ${number}: ${rollback.reason}`;
  const inserted = await tx.$executeRaw`
    INSERT INTO pin (id, service_id, environment, version, reason, rollback_id, created_by)
    VALUES (${pin}, ${serviceId}, ${environment}, ${from}, ${reason}, ${rollback.id}, ${number})
    ON CONFLICT (service_id, environment, version) WHERE released_at IS NULL DO NOTHING`;
  if (inserted === 1) {
    const pinned = { pin, environment, version: from, reason, rollback: rollback.id };
    events.push({ type: "pin.created", subject: service, also, data: pinned });
  }
  return events;
}
