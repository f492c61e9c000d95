import type { CheckId } from "#lib/domain/checklist.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Answer, Check } from "#lib/workflows/check.ts";
import type { Preparation } from "#lib/workflows/load-preparation.ts";

/** What came of the rollback. */
export const checksOfTheOutcome = {
  verification_passed: verificationPassed,
  monitoring_passed: monitoringPassed,
} satisfies Partial<Record<CheckId, Check>>;

async function verificationPassed({ rollback }: Preparation): Promise<Answer> {
  const steps = await db().step.findMany({ where: { rollbackId: rollback.id, phase: "verification" } });
  const open = steps.filter((step) => step.state !== "done" && step.state !== "already_done");
  if (steps.length === 0) return { ok: false, evidence: "The plan verified nothing." };
  return open.length === 0
    ? { ok: true, evidence: `All ${steps.length} verification steps passed.` }
    : { ok: false, evidence: `Not passed: ${open.map((step) => step.key).join(", ")}.` };
}

function monitoringPassed({ rollback }: Preparation): Answer {
  if (rollback.outcome !== "succeeded")
    return { ok: false, evidence: `The rollback is ${rollback.state.replaceAll("_", " ")}.` };
  const until = rollback.monitoringUntil;
  return {
    ok: true,
    evidence: until
      ? `Watched without a breach until ${until.toISOString()}.`
      : "No time of watching was asked for.",
  };
}
