"use client";

import { useState } from "react";
import { abortConsequences } from "#components/rollback/abort-consequences.ts";
import { WhyDialog } from "#components/rollback/why-dialog.tsx";
import type { RollbackActs } from "#components/rollback/rollback-acts.ts";
import { stepChoices, type StepChoice } from "#components/rollback/step-choices.ts";
import type { Trouble } from "#components/rollback/trouble.ts";
import { EvidenceList } from "#components/rollback/rollback-ledger.tsx";
import { Button } from "#components/ui/button.tsx";
import { CommandBlock } from "#components/ui/command-block.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { isReleasing } from "#lib/domain/release.ts";
import type { RollbackView } from "#lib/domain/view.ts";

type NeedsPersonProps = {
  rollback: RollbackView;
  trouble: Trouble;
  acts: RollbackActs;
  chosen: StepChoice["id"] | null;
  onChoose: (id: StepChoice["id"] | null) => void;
  onDone: () => void;
};

/** Where the machine stopped: what is not certain in plain words first, then each way on with what follows from it. */
export function NeedsPerson({ rollback, trouble, acts, chosen, onChoose, onDone }: NeedsPersonProps) {
  const { step, error, reason } = trouble;
  const choices = stepChoices(trouble, abortConsequences(rollback));
  // While it closes the dialog still shows what it was about.
  const [last, setLast] = useState(chosen);
  if (chosen !== null && chosen !== last) setLast(chosen);
  const shown = choices.find((one) => one.id === last);
  return (
    <>
      <TroubleText trouble={trouble} />
      {step?.takenByHand && (
        <Notice tone="warn" title={`${step.takenByHand.by} took this command to run it by hand`}>
          <RelativeTime at={step.takenByHand.at} />: {step.takenByHand.reason} When it is done, mark the step
          done and say what you saw.
        </Notice>
      )}
      {step && (error?.kind === "unknown" || step.view.state === "unknown") && (
        <Section title="What the target showed">
          <WantedAndSeen trouble={trouble} />
        </Section>
      )}
      {rollback.may.drive ? (
        <Section title="Ways on" hint="Each asks for a reason first.">
          <ul>
            {choices.map((one) => (
              <li
                key={one.id}
                className="grid items-center gap-x-6 gap-y-1.5 border-b border-line-faint py-row sm:grid-cols-[11rem_minmax(0,1fr)]"
              >
                <span>
                  <Button wide onClick={() => onChoose(one.id)}>
                    {one.label}…
                  </Button>
                </span>
                <span className="max-w-2xl text-secondary">{one.consequences[0]}</span>
              </li>
            ))}
          </ul>
        </Section>
      ) : (
        <Notice title="An operator decides how it goes on">You can watch, but not decide.</Notice>
      )}
      {shown && (
        <ChoiceDialog
          key={shown.id}
          choice={shown}
          isOpen={chosen === shown.id}
          rollback={rollback}
          trouble={trouble}
          acts={acts}
          onClose={() => onChoose(null)}
          onDone={onDone}
        />
      )}
      {reason === "" && error === null && <p className="text-secondary">No reason was recorded.</p>}
    </>
  );
}

function TroubleText({ trouble }: { trouble: Trouble }) {
  const { title, reason, error, kind, at, by, step } = trouble;
  const isCalm = kind === "paused" || kind === "held";
  const detail = error?.message ?? reason;
  return (
    <div
      role="group"
      aria-label="Why it stands still"
      className={`border-l-4 pl-4 sm:pl-5 ${isCalm ? "border-state-paused-line" : "border-state-danger-line"}`}
    >
      <div aria-live="assertive" aria-atomic>
        <p className="text-20 font-strong text-balance break-words sm:text-28">{title}</p>
        {detail && <p className="max-w-3xl pt-1 text-16 break-words">{detail}</p>}
      </div>
      {error?.advice && <p className="max-w-3xl pt-1 text-16 break-words text-secondary">{error.advice}</p>}
      <p className="pt-2 text-secondary">
        {step && (
          <>
            {isCalm ? "Before " : "At "}
            <a href={`#step-${step.step.key}`} className="link">
              step {step.number}
            </a>
            .{" "}
          </>
        )}
        {kind === "held"
          ? "The plan asks for it."
          : isCalm
            ? `Asked for by ${by}.`
            : "Nothing is repeated blindly."}{" "}
        Stopped {at === "" ? "at a moment not known" : <RelativeTime at={at} />}
      </p>
    </div>
  );
}

function WantedAndSeen({ trouble }: { trouble: Trouble }) {
  const { step } = trouble;
  if (!step) return null;
  const { view, evidence } = step;
  return (
    <div className="grid grid-cols-1 gap-3">
      <EvidenceList evidence={evidence} />
      <div className="grid grid-cols-1 gap-4 md:grid-cols-2">
        <Shown title="Wanted" value={JSON.stringify(step.step.desired, null, 2)} />
        <Shown
          title="Last seen"
          value={view.observed === null ? null : JSON.stringify(view.observed, null, 2)}
        />
      </div>
    </div>
  );
}

function Shown({ title, value }: { title: string; value: string | null }) {
  return (
    <div className="min-w-0">
      <h3 className="pb-1 text-12 text-faint">{title}</h3>
      <pre
        tabIndex={0}
        aria-label={title}
        className={`max-h-56 overflow-auto rounded-1 px-2.5 py-1.5 text-12 leading-5 break-words whitespace-pre-wrap ${value === null ? "hatched" : "bg-surface-sunken"}`}
      >
        {value ?? "Nothing could be seen."}
      </pre>
    </div>
  );
}

type ChoiceDialogProps = {
  choice: StepChoice;
  isOpen: boolean;
  rollback: RollbackView;
  trouble: Trouble;
  acts: RollbackActs;
  onClose: () => void;
  onDone: () => void;
};

function ChoiceDialog({ choice, isOpen, rollback, trouble, acts, onClose, onDone }: ChoiceDialogProps) {
  const { id } = rollback;
  const { step } = trouble;
  const what = step ? `“${step.step.title}”` : rollback.number;
  const isMark = choice.id === "mark_done";
  return (
    <WhyDialog
      open={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      keep={`rollback:${id}:${choice.id}:${step?.step.key ?? ""}`}
      title={choice.id === "abort" ? `Abort ${rollback.number} here?` : `${choice.label}: ${what}`}
      consequences={choice.consequences}
      confirm={confirmOf(choice, rollback, step?.number)}
      busy="Recording"
      {...(isMark
        ? {
            evidence: {
              label: "What you saw",
              hint: "What shows that it is done: an answer, a version, a screen.",
            },
          }
        : {})}
      act={(input, key) => {
        const asked = { ...input, id };
        if (choice.id === "resume") return acts.resume({ id, reason: input.reason }, key);
        if (choice.id === "abort" || !step) {
          // Only here does the dialog say what is left shut.
          const asItIs = isReleasing(rollback) ? { asItIs: true } : {};
          return acts.abort({ id, reason: input.reason, ...asItIs }, key);
        }
        return acts.actOnStep({ ...asked, key: step.step.key, action: choice.id }, key);
      }}
      onDone={onDone}
    >
      {step && (choice.id === "run_by_hand" || isMark) && (
        <CommandBlock command={step.step.command} label="command to run by hand" />
      )}
    </WhyDialog>
  );
}

function confirmOf(choice: StepChoice, rollback: RollbackView, number: number | undefined) {
  switch (choice.id) {
    case "abort":
      return { verb: "Abort", object: rollback.number };
    case "skip":
      return { verb: "Skip", object: `step ${number ?? ""}` };
    case "run_by_hand":
      return "I take this command";
    case "resume":
    case "retry":
    case "mark_done":
      return choice.label;
  }
}
