import { Check, X } from "lucide-react";
import { laneStarts } from "#components/rollback/lane-starts.ts";
import { StepLead } from "#components/rollback/step-lead.tsx";
import type { Evidence } from "#components/rollback/step-facts.ts";
import { isOpening, type LiveStep } from "#components/rollback/live-steps.ts";
import { Ledger } from "#components/ui/ledger.tsx";
import type { LedgerStep } from "#components/ui/ledger-line.tsx";
import { componentTitle } from "#lib/domain/build-plan-scope.ts";
import { pointOfNoReturn, type Plan } from "#lib/domain/plan.ts";

/** The plan as the ledger; with live states once it was started. */
export function RollbackLedger({
  plan,
  steps,
  isStarted,
  isExecuting,
  isOver = false,
}: {
  plan: Plan;
  steps: readonly LiveStep[];
  isStarted: boolean;
  /** While it runs, what is to come is folded; where people must act, its commands are at hand. */
  isExecuting: boolean;
  /** What has not run by then never will. */
  isOver?: boolean;
}) {
  const byKey = new Map(steps.map((one) => [one.step.key, one]));
  const lanes = laneStarts(plan);
  const opening = steps.filter(isOpening).map(({ step }) => step);
  return (
    <Ledger
      label={isStarted ? "Steps" : "Plan"}
      phases={[...plan.phases, { id: "opening", title: "Opened again before the end", steps: opening }].map(
        (phase) => ({
          ...phase,
          steps: phase.steps.map((step) => {
            const live = byKey.get(step.key);
            const lane = lanes.get(step.key);
            const hasLead = lane !== undefined || step.hold !== undefined || step.release !== undefined;
            return {
              ...ledgerStep(live, step, { isStarted, isExecuting, isOver }),
              ...(hasLead ? { lead: <StepLead lane={lane} step={step} live={live} /> } : {}),
            };
          }),
        }),
      )}
      pointOfNoReturn={pointOfNoReturn(plan)}
      notReverted={plan.notReverted}
      notLookedAt={plan.notLookedAt}
    />
  );
}

function ledgerStep(
  live: LiveStep | undefined,
  step: LiveStep["step"],
  { isStarted, isExecuting, isOver }: { isStarted: boolean; isExecuting: boolean; isOver: boolean },
): LedgerStep {
  const { key, title, command, mutating, reversibility, limitSeconds, component, adapter } = step;
  const where = component === null ? adapter : `${componentTitle[component]} · ${adapter}`;
  const base = { key, title, where, command, mutating, reversibility, limitSeconds };
  if (!isStarted || !live) return base;
  const { view, output, isSettled } = live;
  const isToCome = isExecuting && view.state === "pending";
  return {
    ...base,
    ...(isSettled || isToCome ? { fold: foldWords(live) } : {}),
    live: {
      state: view.state,
      isLeft: isOver && view.state === "pending",
      startedAt: view.startedAt,
      finishedAt: isSettled ? view.endedAt : null,
      attempt: view.attempts > 0 ? { number: view.attempts } : null,
      nextRetryAt: view.nextRetryAt,
      output: output.length === 0 ? null : output.join("\n"),
      note: <StepNote live={live} />,
    },
  };
}

function foldWords({ evidence, output }: LiveStep): string {
  return [
    "Command",
    ...(evidence.length > 0 ? [`${evidence.length} ${evidence.length === 1 ? "proof" : "proofs"}`] : []),
    ...(output.length > 0 ? ["output"] : []),
  ].join(", ");
}

const decidedWords: Record<string, string> = {
  retry: "tried again",
  skip: "skipped",
  mark_done: "marked done",
  run_by_hand: "command taken",
};

function StepNote({ live }: { live: LiveStep }) {
  const { error, evidence, decided, summary, isSettled } = live;
  const isOpen = !isSettled && error !== null;
  if (!isOpen && evidence.length === 0 && decided === null && summary === "") return null;
  return (
    <div className="grid grid-cols-1 gap-1">
      {isOpen && (
        <p className="break-words text-state-danger-text">
          {error.message} <span className="text-secondary">{error.advice}</span>
        </p>
      )}
      {decided && (
        <p className="break-words">
          {decidedWords[decided.action] ?? decided.action} by {decided.by}: {decided.reason}
        </p>
      )}
      {summary && <p className="break-words text-secondary">{summary}</p>}
      <EvidenceList evidence={evidence} />
    </div>
  );
}

/** What was seen, each with its verdict. */
export function EvidenceList({ evidence }: { evidence: readonly Evidence[] }) {
  if (evidence.length === 0) return null;
  return (
    <ul className="grid grid-cols-1 gap-0.5">
      {evidence.map((one, index) => (
        <li key={index} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-1.5 text-secondary">
          {one.ok ? (
            <Check aria-label="As it should be" className="mt-1 size-3.5 text-state-ok-text" />
          ) : (
            <X aria-label="Not as it should be" className="mt-1 size-3.5 text-state-danger-text" />
          )}
          <span className="min-w-0 break-words">
            <span className="text-primary">{one.title}:</span> {one.detail}
          </span>
        </li>
      ))}
    </ul>
  );
}
