import { planSteps, type PlanBody, type PlanStep } from "#lib/domain/plan.ts";
import type { StepState } from "#lib/domain/rollback.ts";

/** What an abort does to take back what one step keeps shut; `releases` is the key of that step. */
export type ReleaseStep = PlanStep & { releases: string };

/** What `control` says of a rollback that is being ended and opens first what it keeps shut. */
export const releasing = "release";
export const isReleasing = ({ control }: { control: string | null }): boolean => control === releasing;

/** How the keys of these steps end. */
export const releaseSuffix = ".release";

/** `isAskedFor`: whether its effect was ever asked for, as the record tells; absent where the record is not at hand. */
type ReleaseRows = ReadonlyMap<string, { state: StepState; attempts: number; isAskedFor?: boolean }>;
type Row = ReleaseRows extends ReadonlyMap<string, infer R> ? R : never;
type Phases = Pick<PlanBody, "phases">;

/** What a plan would open again if it were aborted, the last that was shut first. Pure. */
export function releaseSteps(plan: Phases): ReleaseStep[] {
  return planSteps(plan)
    .flatMap(({ release, hold: _hold, ...step }): ReleaseStep[] => {
      if (release === undefined) return [];
      const { title, command, limitSeconds } = release;
      const own = { key: `${step.key}${releaseSuffix}`, releases: step.key, observedBefore: null };
      return [
        { ...step, ...own, title, command, limitSeconds, reversibility: "reversible", serving: "resumes" },
      ];
    })
    .toReversed();
}

/**
 * Those of them that an abort needs now: the step has acted or may have, and no later step has opened it. What was shut
 * before the rollback came stays so. Pure.
 */
export function releasesNeeded(plan: Phases, rows: ReleaseRows): ReleaseStep[] {
  const steps = planSteps(plan);
  return releaseSteps(plan).filter(({ releases }) => {
    const at = steps.findIndex(({ key }) => key === releases);
    const holder = steps[at];
    if (holder === undefined || !mayHaveActed(rows.get(releases))) return false;
    return !steps
      .slice(at + 1)
      .some((later) => opens(later, holder) && isDone(rows.get(later.key)?.state ?? "pending"));
  });
}

/** What users miss and an abort leaves as it is: stopped, with nothing done that would let it serve again. Pure. */
export function staysStopped(plan: Phases, rows: ReleaseRows): PlanStep[] {
  const steps = planSteps(plan);
  return steps.filter((step, at) => {
    if (step.serving !== "stops" || step.release !== undefined || !mayHaveActed(rows.get(step.key)))
      return false;
    const resuming = steps
      .slice(at + 1)
      .filter((later) => later.serving === "resumes" && later.service === step.service);
    return resuming.length === 0 || !resuming.every(({ key }) => isDone(rows.get(key)?.state ?? "pending"));
  });
}

/** Where the record is not at hand, every attempt counts: rather too many than none. */
function mayHaveActed(row: Row | undefined): boolean {
  if (row === undefined) return false;
  const { state, attempts, isAskedFor = attempts > 0 } = row;
  return isAskedFor || state === "done" || state === "done_by_hand" || state === "unknown";
}

const isDone = (state: StepState): boolean =>
  state === "done" || state === "already_done" || state === "done_by_hand";

function opens(later: PlanStep, holder: PlanStep): boolean {
  return (
    later.operation === holder.release?.until &&
    later.adapter === holder.adapter &&
    later.component === holder.component &&
    later.service === holder.service &&
    JSON.stringify(later.settings) === JSON.stringify(holder.settings)
  );
}
