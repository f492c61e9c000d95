import type { CheckId } from "#lib/domain/checklist.ts";
import type { Answer, Check } from "#lib/workflows/check.ts";
import type { Preparation } from "#lib/workflows/load-preparation.ts";
import type { Planning } from "#lib/workflows/plan-targets.ts";

/** What the targets answered when they were asked what it would take. */
export const checksOfTheTargets = {
  targets_ready: (_asked, { planned, troubles }) => {
    const [trouble] = troubles;
    if (!trouble) return { ok: true, evidence: `Every target answered; ${planned.length} operations apply.` };
    return {
      ok: false,
      evidence: `${trouble.target.component} (${trouble.target.adapter}): ${trouble.fault.message}`,
      advice: trouble.fault.advice,
    };
  },
  state_captured: (_asked, { planned }) => {
    const blind = planned.filter((one) => one.operation.mutating && one.observedBefore === null);
    return blind.length === 0
      ? { ok: true, evidence: "What every target shows now is part of the plan." }
      : { ok: false, evidence: `Not seen before: ${blind.map((one) => one.title).join(", ")}.` };
  },
  configuration_backup_present: (asked, planning) => planCovers("configuration", asked, planning),
  database_backup_present: (asked, planning) => planCovers("database", asked, planning),
  backup_verified: backupVerified,
} satisfies Partial<Record<CheckId, Check>>;

function planCovers(component: "configuration" | "database", asked: Preparation, planning: Planning): Answer {
  const trouble = planning.troubles.find((one) => one.target.component === component);
  if (trouble) return { ok: false, evidence: trouble.fault.message, advice: trouble.fault.advice };
  const found = planning.planned.filter(
    (one) => one.target.component === component && one.operation.mutating,
  );
  if (found.length > 0) return { ok: true, evidence: `${found.map((one) => one.title).join(", ")}.` };
  return asked.scope.includes(component)
    ? { ok: false, evidence: `Nothing to restore was found for the ${component}.` }
    : { ok: true, evidence: `The ${component} is not in scope.` };
}

/** A name is no proof: only a step of the plan that reads the backup is, and it runs before anything is changed. */
function backupVerified({ to, scope }: Preparation, { planned }: Planning): Answer {
  if (!scope.includes("database")) {
    return { ok: true, evidence: "The database is not in scope, so no backup is restored." };
  }
  const { backup } = to.artifacts;
  const step = planned.find((one) => one.operation.id === "verify-backup");
  if (step) {
    return { ok: true, evidence: `The plan reads the backup before it changes anything: ${step.title}.` };
  }
  if (!backup) return { ok: false, evidence: "The deployment of the target version names no backup." };
  return {
    ok: null,
    evidence: `The deployment names the backup ${backup}. Nothing here has read it.`,
    advice: "Restore it somewhere else first, and see that it is whole.",
  };
}
