"use client";

import { TakeDialog } from "#components/duty/take-dialog.tsx";
import type { Duties } from "#components/duty/use-duties.ts";
import { abortConsequences } from "#components/rollback/abort-consequences.ts";
import { ExecuteDialog } from "#components/rollback/execute-dialog.tsx";
import { WhyDialog } from "#components/rollback/why-dialog.tsx";
import type { RollbackActs } from "#components/rollback/rollback-acts.ts";
import type { Asked } from "#components/rollback/rollback-bar.tsx";
import type { RollbackView } from "#lib/domain/view.ts";

type RollbackDialogsProps = {
  rollback: RollbackView;
  acts: RollbackActs;
  duties: Duties;
  asked: Asked | null;
  onAsk: (asked: Asked | null) => void;
  onDone: () => void;
};

/** The questions asked before the execution, its pause, its end and a change of driver. */
export function RollbackDialogs({ rollback, acts, duties, asked, onAsk, onDone }: RollbackDialogsProps) {
  const { id, number, plan } = rollback;
  const [driving] = duties.view.duties;
  const isRunning = rollback.state === "running" || rollback.state === "verifying";
  const dialog = (name: Asked) => ({
    open: asked === name,
    onOpenChange: (open: boolean) => onAsk(open ? name : null),
    onDone,
  });
  const reasoned = (name: Asked) => ({ ...dialog(name), keep: `rollback:${id}:${name}` });
  return (
    <>
      {plan && (
        <ExecuteDialog {...dialog("execute")} rollback={rollback} plan={plan} execute={acts.execute} />
      )}
      <WhyDialog
        {...reasoned("pause")}
        title={`Pause ${number}`}
        consequences={[
          "The step that acts now is finished; then nothing more is done until somebody goes on.",
          "The clock of the limit stands still. Going on opens the limit anew.",
        ]}
        confirm="Pause between two steps"
        busy="Asking"
        act={({ reason }, key) => acts.pause({ id, reason }, key)}
      />
      <WhyDialog
        {...reasoned("abort")}
        title={isRunning ? `Abort ${number} at a safe point?` : `Cancel ${number}?`}
        consequences={
          isRunning
            ? [
                "The step that acts now is finished; then nothing more is done.",
                "What is done stays done, so the service may be left between two versions.",
                ...abortConsequences(rollback),
                "It cannot be resumed: a new rollback has to be planned.",
              ]
            : [
                "Nothing has been changed, and nothing will be.",
                "The lock on this service and environment is released.",
              ]
        }
        confirm={{ verb: isRunning ? "Abort" : "Cancel", object: number }}
        busy="Recording"
        act={({ reason }, key) => acts.abort({ id, reason }, key)}
      />
      {driving && (
        <TakeDialog
          duty={driving}
          duties={duties}
          isRunning={isRunning}
          open={asked === "take-driver"}
          onOpenChange={(open) => onAsk(open ? "take-driver" : null)}
        />
      )}
    </>
  );
}
