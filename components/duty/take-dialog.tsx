"use client";

import { useRef } from "react";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { dutyTask, takingOver } from "#components/duty/duty-words.ts";
import type { Duties } from "#components/duty/use-duties.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import type { DutyView } from "#lib/domain/duty-view.ts";

type TakeDialogProps = {
  duty: DutyView;
  duties: Duties;
  isRunning: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** Says what follows before a duty is asked for or taken. */
export function TakeDialog({ duty, duties, isRunning, open, onOpenChange }: TakeDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  const { act, isBusy, problem, clear } = duties;
  const isAsking = duty.vacant === null;
  const change = (next: boolean) => {
    clear();
    onOpenChange(next);
  };
  const take = async () => {
    if (await act({ action: "take", duty: duty.duty })) change(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={isAsking ? `Ask to ${dutyTask[duty.duty]}?` : `Take over and ${dutyTask[duty.duty]}?`}
      focus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={() => change(false)}>
            Cancel
          </Button>
          <Button look="primary" busy={isBusy && "Asking"} onClick={() => void take()}>
            {isAsking ? "Ask to take over" : "Take over"}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-3">
        <ul className="list-disc space-y-1 pl-5 break-words">
          {takingOver(duty, isRunning).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {problem && <ProblemNotice problem={problem} />}
      </div>
    </Dialog>
  );
}
