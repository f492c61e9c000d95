"use client";

import type { ReactNode } from "react";
import { AskingClocks } from "#components/approval/asking-clocks.tsx";
import { ticksLeft } from "#components/rollback/ticks-left.ts";
import { Countdown } from "#components/ui/countdown.tsx";
import { ExactTime } from "#components/ui/exact-time.tsx";
import { stateWord } from "#components/ui/state.ts";
import { toneLook } from "#components/ui/tone.ts";
import { deciderWords } from "#lib/domain/approval-words.ts";
import { standingApprovals } from "#lib/domain/standing-approvals.ts";
import { planSteps } from "#lib/domain/plan.ts";
import { isSettled, type RollbackState } from "#lib/domain/rollback.ts";
import type { RollbackView } from "#lib/domain/view.ts";

type Said = { title: ReactNode; detail: ReactNode };

/** Where it stands in one large sentence, and who must do what next. For states in which nothing runs. */
export function StateHead({
  rollback,
  watchedUntil,
}: {
  rollback: RollbackView;
  watchedUntil: string | null;
}) {
  const said = says[rollback.state](rollback, watchedUntil);
  const { tone, icon: Icon } = stateWord("rollback", rollback.state);
  const look = toneLook[tone];
  return (
    <div role="group" aria-label="State" className={`border-l-4 pl-4 sm:pl-5 ${look.line}`}>
      <p
        aria-live="polite"
        className={`flex items-start gap-2.5 text-20 font-strong text-balance sm:text-28 ${look.text}`}
      >
        <Icon aria-hidden className="mt-0.5 size-6 shrink-0 sm:mt-1 sm:size-7" />
        <span className="min-w-0 break-words">{said.title}</span>
      </p>
      <div className="max-w-3xl pt-1 text-16 text-secondary">{said.detail}</div>
    </div>
  );
}

const way = (rollback: RollbackView) => (
  <>
    {rollback.serviceName} from <span className="figures">{rollback.from ?? "an unknown version"}</span> to{" "}
    <span className="figures">{rollback.to}</span>
  </>
);

const mostNamed = 5;

/** The steps that were left: first those that would have acted, then those that would have proved it. */
function notDone({ plan, steps }: RollbackView): { key: string; word: string; title: string }[] {
  const states = new Map(steps.map((step) => [step.key, step.state]));
  return (plan === null ? [] : planSteps(plan))
    .toSorted((a, b) => Number(b.mutating) - Number(a.mutating))
    .flatMap(({ key, title, mutating }) => {
      const state = states.get(key) ?? "pending";
      if (state === "skipped") return [{ key, word: "Let pass", title }];
      return isSettled(state) ? [] : [{ key, word: mutating ? "Not done" : "Not proved", title }];
    });
}

const ended = (title: string) => (rollback: RollbackView) => ({
  title,
  detail: (
    <>
      {way(rollback)} was not carried out; nothing was changed
      {rollback.endedAt && (
        <>
          . Ended at <ExactTime at={rollback.endedAt} />
        </>
      )}
      .
    </>
  ),
});

const runs = (title: string) => (rollback: RollbackView) => ({ title, detail: way(rollback) });

const says: Record<RollbackState, (rollback: RollbackView, watchedUntil: string | null) => Said> = {
  draft: (rollback) => ({
    title: rollback.preparing ? "The plan is being made." : "This is a draft.",
    detail: rollback.preparing ? (
      "The targets are being asked what they show and what would be done."
    ) : (
      <>
        {rollback.initiator.name} goes through the checklist and submits it. Any operator may carry it on or
        cancel it.
      </>
    ),
  }),
  awaiting_approval: (rollback) => {
    const { given, required, expiresAt } = rollback.approvals;
    const standing = standingApprovals(given).length;
    const left = Math.max(0, required - standing);
    return {
      title: `Waiting for ${left === 1 ? "one approval" : `${left} approvals`}.`,
      detail: (
        <>
          {deciderWords(rollback.approvals)} decides; whoever started or edited it cannot.
          {expiresAt && (
            <span className="block">
              Time left: <Countdown to={expiresAt} warnSeconds={600} overWord="expired for" />
            </span>
          )}
          <AskingClocks approvals={rollback.approvals} />
        </>
      ),
    };
  },
  approved: ({ approvals, may, emergency, checklist }) => ({
    title: emergency ? "Emergency: it may run without approval." : "Approved. It waits to be executed.",
    detail: (
      <>
        {!may.execute
          ? "An operator executes it."
          : ticksLeft(checklist) === null
            ? "You can execute it now."
            : "You can execute it as soon as the checklist below is ticked."}{" "}
        Nothing has been changed yet.
        {approvals.expiresAt && (
          <span className="block">
            {emergency ? "It may be executed for" : "The approval counts for"}{" "}
            <Countdown to={approvals.expiresAt} warnSeconds={600} overWord="no longer, since" />
          </span>
        )}
      </>
    ),
  }),
  running: runs("Running."),
  verifying: runs("Verifying."),
  paused: runs("Paused."),
  needs_manual: runs("A person must decide."),
  monitoring: (rollback, until) => ({
    title: `${rollback.to} runs again. It is being watched.`,
    detail:
      until === null ? (
        "The checks are repeated until the window closes."
      ) : (
        <>
          The checks are repeated until <ExactTime at={until} />, for{" "}
          <Countdown to={until} quiet overWord="over for" />. If they fail, a person is asked.
        </>
      ),
  }),
  succeeded: (rollback) => ({
    title: `${rollback.serviceName} runs ${rollback.to} again.`,
    detail: (
      <>
        Every step was done and proved
        {rollback.from && (
          <>
            ; <span className="figures">{rollback.from}</span> is quarantined
          </>
        )}
        .
      </>
    ),
  }),
  partial: (rollback) => ({
    title: "Partly done.",
    detail: (
      <>
        {way(rollback)}: not everything was done and proved.
        {notDone(rollback)
          .slice(0, mostNamed)
          .map((step) => (
            <span key={step.key} className="block text-state-danger-text">
              {step.word}: {step.title}
            </span>
          ))}
        {notDone(rollback).length > mostNamed && (
          <span className="block">and {notDone(rollback).length - mostNamed} more, in the steps below</span>
        )}
      </>
    ),
  }),
  failed: (rollback) => ({
    title: "It failed.",
    detail: <>{way(rollback)} was not completed. What was done stands in the steps below.</>,
  }),
  rejected: (rollback) => {
    const no = rollback.approvals.given.findLast((one) => one.decision === "reject");
    return {
      title: `Rejected${no ? ` by ${no.by.name}` : ""}.`,
      detail: no?.comment ?? "Nothing was changed. Decide again, or plan another way.",
    };
  },
  cancelled: ended("Cancelled."),
  expired: ended("Expired."),
};
