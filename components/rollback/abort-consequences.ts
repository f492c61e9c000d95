import { isReleasing, releasesNeeded, releaseSteps, staysStopped } from "#lib/domain/release.ts";
import { isSettled } from "#lib/domain/rollback.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** What an abort would open again before the rollback ends, and what users would go on missing. Pure. */
export function abortConsequences({
  plan,
  steps,
  control,
}: Pick<RollbackView, "plan" | "steps" | "control">): string[] {
  if (plan === null) return [];
  const rows = new Map(steps.map((view) => [view.key, view]));
  const stays = staysStopped(plan, rows).map(
    (step) => `Stays stopped until somebody starts it again: “${step.title}”.`,
  );
  if (isReleasing({ control }))
    return [
      ...releaseSteps(plan)
        .filter(({ key }) => !isSettled(rows.get(key)?.state ?? "done"))
        .map((step) => `Not done by Lastgood any more: “${step.title}”. Do it by hand: ${step.command}`),
      ...stays,
    ];
  return [
    ...releasesNeeded(plan, rows).map((step) => `Before it ends, Lastgood does this: “${step.title}”.`),
    ...stays,
  ];
}
