"use client";

import type { ReactNode } from "react";
import type { Answer, Problem } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useKept } from "#components/action/use-kept.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

type ReasonDialogProps = {
  title: string;
  /** What follows from it. */
  children?: ReactNode;
  verb: string;
  busy: string;
  /** Names the draft of the reason, which outlives errors and reloads. */
  draft: string;
  act: (reason: string, key?: string) => Promise<Answer<unknown>>;
  /** What to show of a refusal in place of the usual; null for the usual. */
  refusal?: (problem: Problem) => ReactNode;
  onClose: () => void;
  onDone: () => void;
};

/** Something that wants a reason and can be undone. */
export function ReasonDialog({
  title,
  children,
  verb,
  busy,
  draft,
  act,
  refusal,
  onClose,
  onDone,
}: ReasonDialogProps) {
  const { run, isBusy, problem } = useAct(act);
  const [reason, setReason, forget] = useKept(draft);
  const submit = async () => {
    const answer = await run(reason.trim());
    if (!answer.ok) return;
    forget();
    onDone();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={isBusy && busy}
            unavailable={reason.trim() === "" ? "Write a reason first" : null}
            onClick={() => void submit()}
          >
            {verb}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {children && <div className="text-secondary">{children}</div>}
        <Field label="Reason" hint="It stands in the record, for whoever asks later.">
          {(control) => (
            <Textarea
              {...control}
              maxLength={2000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {problem && (refusal?.(problem) ?? <ProblemNotice problem={problem} />)}
      </div>
    </Dialog>
  );
}
