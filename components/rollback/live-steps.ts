import {
  readError,
  readEvidence,
  readLines,
  readText,
  type Evidence,
  type StepError,
} from "#components/rollback/step-facts.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import type { PhaseId, PlanStep } from "#lib/domain/plan.ts";
import { releaseSteps, releaseSuffix } from "#lib/domain/release.ts";
import { isSettled } from "#lib/domain/rollback.ts";
import type { RollbackView, StepView } from "#lib/domain/view.ts";

/** What a person decided about a step where the machine stopped. */
type Decided = { action: string; reason: string; evidence: string; by: string; at: string };

/** A step of the plan with everything that is known about its execution. */
export type LiveStep = {
  number: number;
  phase: PhaseId;
  step: PlanStep;
  view: StepView;
  isSettled: boolean;
  error: StepError | null;
  evidence: readonly Evidence[];
  /** What came back from the target, newest last. */
  output: readonly string[];
  summary: string;
  decided: Decided | null;
  /** Somebody took its command to run it by hand, and nothing was decided since. */
  takenByHand: Decided | null;
};

const mostLines = 400;

/** The steps of a plan in order, with their states from the view and what the events tell on top. Pure. */
export function liveSteps(
  rollback: Pick<RollbackView, "plan" | "steps">,
  events: readonly StreamEvent[],
): LiveStep[] {
  const views = new Map(rollback.steps.map((view) => [view.key, view]));
  const told = readEvents(events);
  const flat = (rollback.plan?.phases ?? []).flatMap((phase) =>
    phase.steps.map((step) => ({ phase: phase.id, step })),
  );
  return [...flat, ...openingSteps(rollback.plan, views)].map(({ phase, step }, index) => {
    const view = views.get(step.key) ?? pending(step.key);
    const own = told.get(step.key);
    const settled = isSettled(view.state);
    return {
      number: index + 1,
      phase,
      step,
      view,
      isSettled: settled,
      error: readError(view.error),
      evidence: readEvidence(view.evidence),
      output: own?.output ?? [],
      summary: own?.summary ?? "",
      decided: own?.decided ?? null,
      takenByHand: settled || own?.decided?.action !== "run_by_hand" ? null : own.decided,
    };
  });
}

/** What an aborted rollback opens again before it ends: each has a row as soon as that is asked for. */
function openingSteps(
  plan: RollbackView["plan"],
  views: ReadonlyMap<string, StepView>,
): { phase: PhaseId; step: PlanStep }[] {
  const steps = plan === null ? [] : releaseSteps(plan);
  return steps.filter(({ key }) => views.has(key)).map((step) => ({ phase: "execution", step }));
}

export const isOpening = ({ step }: LiveStep): boolean => step.key.endsWith(releaseSuffix);

/** The step that runs, or at which the machine stopped; null when all are settled. */
export function currentStep(steps: readonly LiveStep[]): LiveStep | null {
  const opening = steps.filter(isOpening);
  return (opening.length > 0 ? opening : steps).find((one) => !one.isSettled) ?? null;
}

type Told = { output: string[]; summary: string; decided: Decided | null };

function readEvents(events: readonly StreamEvent[]): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const event of events) {
    if (!event.type.startsWith("step.")) continue;
    const key = readText(event.data["key"]);
    const before = told.get(key) ?? { output: [], summary: "", decided: null };
    told.set(key, applyEvent(before, event));
  }
  return told;
}

function applyEvent(before: Told, event: StreamEvent): Told {
  const { data } = event;
  switch (event.type) {
    case "step.intended":
      return { ...before, output: [] };
    case "step.output":
      return { ...before, output: [...before.output, ...readLines(data["lines"])].slice(-mostLines) };
    case "step.finished":
    case "step.failed":
    case "step.uncertain": {
      const whole = readLines(data["output"]);
      return {
        ...before,
        output: whole.length > 0 ? whole.slice(-mostLines) : before.output,
        summary: readText(data["summary"]),
      };
    }
    case "step.decided_by_person":
      return {
        ...before,
        decided: {
          action: readText(data["action"]),
          reason: readText(data["reason"]),
          evidence: readText(data["evidence"]),
          by: event.actor.name,
          at: event.at,
        },
      };
    default:
      return before;
  }
}

function pending(key: string): StepView {
  return {
    key,
    state: "pending",
    attempts: 0,
    startedAt: null,
    endedAt: null,
    nextRetryAt: null,
    heldAt: null,
    releasedAt: null,
    releasedBy: null,
    observed: null,
    evidence: null,
    error: null,
  };
}
