"use client";

import { OutputTail } from "#components/rollback/output-tail.tsx";
import type { LiveStep } from "#components/rollback/live-steps.ts";
import { BudgetBar } from "#components/ui/budget-bar.tsx";
import { Countdown } from "#components/ui/countdown.tsx";
import { Elapsed } from "#components/ui/elapsed.tsx";
import { formatLimit } from "#components/ui/format-time.ts";
import { ProgressCount } from "#components/ui/progress-count.tsx";
import type { Budget } from "#components/rollback/budgets.ts";

/** What is done at this moment, in the largest words of the page. It keeps its height from step to step. */
export function NowBlock({ steps, current }: { steps: readonly LiveStep[]; current: LiveStep | null }) {
  if (current === null) {
    return (
      <p className="text-28 font-strong text-balance">Every step is settled. The result is being recorded.</p>
    );
  }
  const { step, view, number, error, output } = current;
  const isWaiting = view.state === "waiting_retry" && view.nextRetryAt !== null;
  return (
    <div className="grid grid-cols-1 gap-2.5">
      <div aria-live="polite" aria-atomic className="min-h-[4.5rem]">
        <p className="text-secondary">
          Step <span className="figures">{number}</span> of <span className="figures">{steps.length}</span>
        </p>
        <p className="line-clamp-2 text-20 font-strong text-balance break-words sm:text-28">
          <a href={`#step-${step.key}`} className="hover:underline">
            {step.title}
          </a>
        </p>
      </div>
      <p className="flex min-h-6 flex-wrap items-baseline gap-x-4 text-secondary">
        <span>
          {view.startedAt === null || view.state === "pending" ? (
            "Not begun"
          ) : (
            <Elapsed since={view.startedAt} />
          )}{" "}
          <span className="text-12">of {formatLimit(step.limitSeconds)}</span>
        </span>
        {view.attempts > 1 && <span>attempt {view.attempts}</span>}
        {isWaiting && view.nextRetryAt && (
          <span className="font-medium text-state-warn-text">
            tried again in <Countdown to={view.nextRetryAt} quiet overWord="due for" />
          </span>
        )}
        <span className="min-w-0 text-12 break-all">{step.adapter}</span>
      </p>
      {error && <p className="max-w-3xl break-words text-state-warn-text">{error.message}</p>}
      <OutputTail key={step.key} command={step.command} lines={output} label={`Output of step ${number}`} />
    </div>
  );
}

/** How far it is, and how much of each limit is used. */
export function Budgets({ budgets, steps }: { budgets: readonly Budget[]; steps: readonly LiveStep[] }) {
  return (
    <div className="grid grid-cols-1 gap-4">
      <ProgressCount
        done={steps.filter((one) => one.isSettled).length}
        total={steps.length}
        what="steps settled"
      />
      {budgets
        .filter((budget) => budget.startedAt !== null || budget.id === "rollback")
        .map(({ id, ...budget }) => (
          <BudgetBar key={id} {...budget} />
        ))}
    </div>
  );
}
