import type { ValidationPoint } from "#lib/domain/checklist-items.ts";
import { factsFromSignals } from "#lib/domain/facts-from-signals.ts";
import { PlanBody, planSteps } from "#lib/domain/plan.ts";
import { StepState } from "#lib/domain/rollback.ts";
import { lookAtPoint } from "#lib/domain/validation-point.ts";
import type { Json } from "#lib/domain/json.ts";
import { db } from "#lib/platform/db/client.ts";
import { recentSignals } from "#lib/queries/signal/recent.ts";
import type { Answer } from "#lib/workflows/check.ts";
import type { Preparation } from "#lib/workflows/load-preparation.ts";

/** Looks whether a validation point holds, from the verification's evidence and from what was measured since. */
export async function validate(point: ValidationPoint, { rollback, playbook }: Preparation): Promise<Answer> {
  const now = new Date();
  const [rows, samples] = await Promise.all([
    db().step.findMany({ where: { rollbackId: rollback.id } }),
    recentSignals(db(), rollback.serviceId, rollback.environment, now),
  ]);
  const planned = rollback.plan === null ? [] : planSteps(PlanBody.parse(JSON.parse(rollback.plan)));
  const steps = planned.flatMap((step) => {
    const row = rows.find((one) => one.key === step.key && one.phase === "verification");
    return row ? [{ ...step, state: StepState.parse(row.state), evidence: row.evidence as Json }] : [];
  });
  const since = switchedAt(rows);
  const measured = factsFromSignals(
    playbook,
    samples.filter((sample) => since !== null && Date.parse(sample.at) > since),
    now,
  );
  return lookAtPoint(point, { playbook, steps, measured });
}

/** When the last effect ended: what was measured before it is about the bad version. Null: nothing was done yet. */
function switchedAt(rows: readonly { phase: string; endedAt: Date | null }[]): number | null {
  const ends = rows.flatMap((row) =>
    row.phase !== "verification" && row.phase !== "completion" && row.endedAt ? [row.endedAt.getTime()] : [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}
