"use client";

import { useRef, useState } from "react";
import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useKept } from "#components/action/use-kept.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { ConfirmIdentity } from "#components/wizard/confirm-identity.tsx";
import type { RollbackView } from "#lib/domain/view.ts";

export type DeclareEmergencyAct = Act<{ id: string; criterion: string; reason: string }>;

type EmergencyDialogProps = {
  rollback: RollbackView;
  choice: NonNullable<RollbackView["emergencyChoice"]>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  declare: DeclareEmergencyAct;
  onDone: () => void;
};

/** Turns a plan that waits into an emergency: a criterion, a reason, and the password where it is too long ago. */
export function EmergencyDialog(props: EmergencyDialogProps) {
  const { rollback, choice, open, onOpenChange, declare, onDone } = props;
  const { id, number } = rollback;
  const cancel = useRef<HTMLButtonElement>(null);
  const { run, isBusy, problem, clear } = useAct(declare);
  const [criterion, setCriterion] = useKept(`emergency:${id}:criterion`);
  const [reason, setReason, forgetReason] = useKept(`emergency:${id}:reason`);
  const [isAsked, setIsAsked] = useState(false);
  const missing =
    criterion === "" ? "Choose a criterion first" : reason.trim() === "" ? "Say why first" : null;
  const submit = async () => {
    const answer = await run({ id, criterion, reason: reason.trim() });
    if (answer.ok) {
      forgetReason();
      setIsAsked(false);
      onOpenChange(false);
      onDone();
    } else setIsAsked(answer.problem.code === "REAUTHENTICATION_REQUIRED");
  };
  return (
    <>
      <Dialog
        open={open && !isAsked}
        onOpenChange={(next) => {
          clear();
          onOpenChange(next);
        }}
        tone="danger"
        focus={cancel}
        title={`Declare ${number} an emergency?`}
        footer={
          <>
            <Button ref={cancel} onClick={() => onOpenChange(false)}>
              Cancel
            </Button>
            <Button
              look="danger"
              verb="Declare"
              object={`${number} an emergency`}
              busy={isBusy && "Declaring"}
              unavailable={missing}
              onClick={() => void submit()}
            />
          </>
        }
      >
        <div className="grid grid-cols-1 gap-4">
          <ul className="list-disc space-y-1 pl-5">
            <li>A new plan is made; what was approved so far is void.</li>
            <li>Once it is submitted nobody has to approve it. Checklist, lock and drift checks stay.</li>
            <li>Everyone who would have approved is told then, with your name and reason.</li>
            <li>
              Whoever submits it owes a review within {choice.reviewHours} hours and the documentation within{" "}
              {choice.documentationHours}.
            </li>
          </ul>
          <Field label="Which of these is it?">
            {(control) => (
              <Select
                {...control}
                value={criterion}
                placeholder="Choose one"
                choices={choice.criteria.map((one) => ({ value: one.id, label: one.title }))}
                onChange={(event) => setCriterion(event.target.value)}
              />
            )}
          </Field>
          <Field label="Reason" hint="Stands in the timeline and in the record.">
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                maxLength={2000}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
          {problem && problem.code !== "REAUTHENTICATION_REQUIRED" && <ProblemNotice problem={problem} />}
        </div>
      </Dialog>
      <ConfirmIdentity
        open={open && isAsked}
        onOpenChange={setIsAsked}
        why="An emergency skips approval, so it has to be certain that it is you."
        minutes={choice.reauthenticatedMinutes}
        onConfirmed={() => void submit()}
      />
    </>
  );
}
