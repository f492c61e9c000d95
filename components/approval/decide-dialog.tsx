"use client";

import { useRef } from "react";
import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useKept } from "#components/action/use-kept.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { EnvironmentMark } from "#components/ui/environment-mark.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { ApprovalDecision } from "#lib/domain/rollback.ts";
import type { RollbackView } from "#lib/domain/view.ts";

export type Decide = Act<
  { rollback: string; decision: ApprovalDecision; planHash: string; comment?: string },
  { state: string }
>;

type DecideDialogProps = {
  decision: ApprovalDecision;
  onClose: () => void;
  onDone: (state: string) => void;
  rollback: RollbackView;
  planHash: string;
  decide: Decide;
};

/** The second tap. The comment is kept over errors and reloads, and nobody has to write one. */
export function DecideDialog({ decision, onClose, onDone, rollback, planHash, decide }: DecideDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  const { run, isBusy, problem } = useAct(decide);
  const [comment, setComment, forget] = useKept(`approval:${rollback.id}`);
  const isApproval = decision === "approve";
  const object = `${rollback.serviceName} to ${rollback.to}`;
  const confirm = async () => {
    const text = comment.trim();
    const answer = await run({
      rollback: rollback.id,
      decision,
      planHash,
      ...(text === "" ? {} : { comment: text }),
    });
    if (!answer.ok) return;
    forget();
    onDone(answer.result.state);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      focus={cancel}
      title={isApproval ? `Approve rolling back ${object}?` : `Reject rolling back ${object}?`}
      footer={
        <>
          <Button ref={cancel} onClick={onClose} size="large">
            Back
          </Button>
          <Button
            look="primary"
            size="large"
            busy={isBusy && (isApproval ? "Approving" : "Rejecting")}
            onClick={() => void confirm()}
          >
            {isApproval ? "Approve" : "Reject"}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <p className="flex flex-wrap items-center gap-2">
          In
          <EnvironmentMark
            environment={{ name: rollback.environment, isProtected: rollback.protected }}
            isDrill={rollback.drill}
          />
        </p>
        <p className="text-secondary">
          {isApproval
            ? "An operator can start it as soon as enough people have approved. Your name stands in the record."
            : "The plan ends here and frees the environment for another one. Your name stands in the record."}
        </p>
        <Field label={isApproval ? "Comment" : "Why not"} optional>
          {(control) => (
            <Textarea
              {...control}
              maxLength={2000}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
            />
          )}
        </Field>
        {problem && (
          <ProblemNotice
            problem={problem}
            action={
              problem.code === "PLAN_STALE" && (
                <Button onClick={() => window.location.reload()}>Show the new plan</Button>
              )
            }
          />
        )}
      </div>
    </Dialog>
  );
}
