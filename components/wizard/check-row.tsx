"use client";

import { clsx } from "clsx";
import { useState } from "react";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { ReasonDialog } from "#components/action/reason-dialog.tsx";
import { useAct } from "#components/action/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { readableTimes } from "#components/ui/format-time.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import type { CheckActs } from "#components/wizard/check-acts.ts";
import { CheckNote } from "#components/wizard/check-note.tsx";
import { checkWord } from "#components/wizard/check-word.ts";
import { roleTitle } from "#lib/domain/role.ts";
import type { ChecklistItemView } from "#lib/domain/view.ts";

type CheckRowProps = {
  item: ChecklistItemView;
  rollback: string;
  acts: CheckActs;
  /** The first that waits for a person: it takes the focus. */
  isFirst: boolean;
  isLooking: boolean;
  onChanged: () => void;
};

/** One item: a tick of a person, or what a check saw and what to do about it. */
export function CheckRow({ item, rollback, acts, isFirst, isLooking, onChanged }: CheckRowProps) {
  const ticking = useAct(acts.tick);
  const checking = useAct(acts.recheck);
  const [wanted, setWanted] = useState<boolean | null>(null);
  const [isOverriding, setIsOverriding] = useState(false);
  const [isNoting, setIsNoting] = useState(false);
  const { may } = item;
  const isManual = item.kind === "manual";
  const isOverridden = item.state === "overridden";
  const isSettled = item.state === "done" || isOverridden;
  const isBeingChecked = !isManual && (isLooking || checking.isBusy);
  const say = async (state: "open" | "done" | "failed"): Promise<void> => {
    setWanted(state === "done");
    const note = item.note && state !== "open" ? { note: item.note } : {};
    await ticking.run({ rollback, id: item.id, state, ...note });
    setWanted(null);
    onChanged();
  };
  const checkAgain = async (): Promise<void> => {
    await checking.run({ id: rollback, item: item.id });
    onChanged();
  };
  const { state, word } = checkWord(item, isBeingChecked);
  return (
    <li className="grid grid-cols-1 gap-x-6 gap-y-1 border-b border-line-faint py-2.5 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        {isManual ? (
          <div {...(isFirst ? { "data-first-row": true } : {})}>
            <Checkbox
              label={<span className="text-16 break-words">{item.title}</span>}
              {...(item.help === null ? {} : { hint: item.help })}
              checked={wanted ?? isSettled}
              disabled={!may.tick || isOverridden}
              onCheckedChange={(isDone) => void say(isDone ? "done" : "open")}
            />
          </div>
        ) : (
          <p className="text-16 break-words">{item.title}</p>
        )}
        <div className={isManual ? "grid gap-1 pl-7 pointer-coarse:pl-9" : "grid gap-1"}>
          {!isManual && item.help !== null && <p className="text-12 text-faint">{item.help}</p>}
          {item.evidence && !isBeingChecked && (
            <p className="break-words text-secondary">
              {readableTimes(item.evidence)}{" "}
              {item.at && !item.by && (
                <span className="text-12 text-faint">
                  Looked <RelativeTime at={item.at} />
                </span>
              )}
            </p>
          )}
          {!isSettled && !isBeingChecked && item.advice && (item.state === "failed" || !isManual) && (
            <p className="max-w-2xl border-l-2 border-state-danger-line pl-2.5">{item.advice}</p>
          )}
          {isManual && item.note && !isOverridden && !isNoting && (
            <p className="break-words text-secondary">{item.note}</p>
          )}
          {isNoting && (
            <CheckNote
              item={item}
              rollback={rollback}
              tick={acts.tick}
              onClose={() => setIsNoting(false)}
              onChanged={onChanged}
            />
          )}
          {isOverridden && item.note && (
            <p className="break-words text-secondary">Overridden because: {item.note}</p>
          )}
          {item.by && item.at && (
            <p className="text-12 break-words text-faint">
              {item.by.name}, <RelativeTime at={item.at} />
            </p>
          )}
          {ticking.problem && <ProblemNotice problem={ticking.problem} />}
          {checking.problem && <ProblemNotice problem={checking.problem} />}
        </div>
      </div>
      <div
        className={clsx(
          "flex flex-wrap items-center gap-x-2 self-start sm:justify-end",
          isManual && "max-sm:pl-7 max-sm:pointer-coarse:pl-9",
        )}
      >
        {!item.required && item.gate !== "validation" && (
          <span className="text-12 text-faint">not required</span>
        )}
        {isManual && may.tick && !isOverridden && !isNoting && (
          <Button look="quiet" onClick={() => setIsNoting(true)}>
            {item.note ? "Change the note" : "Add a note"}
          </Button>
        )}
        {isManual && may.tick && item.state === "open" && (
          <Button look="quiet" onClick={() => void say("failed")}>
            Not so
          </Button>
        )}
        {may.override && !isLooking && (!isManual || item.state === "failed") && (
          <Button look="quiet" onClick={() => setIsOverriding(true)}>
            Override…
          </Button>
        )}
        {isOverridden && may.tick && (
          <Button look="quiet" onClick={() => void say("open")}>
            Take it back
          </Button>
        )}
        {may.checkAgain && !isSettled && !isLooking && (
          <Button look="quiet" busy={checking.isBusy && "Checking"} onClick={() => void checkAgain()}>
            Check again
          </Button>
        )}
        {ticking.isBusy ? (
          <span role="status" className="text-12 text-faint">
            Keeping it…
          </span>
        ) : (
          <StateBadge kind="check" state={state} size="quiet" {...(word ? { word } : {})} />
        )}
      </div>
      {isOverriding && (
        <ReasonDialog
          title="Override this item?"
          verb="Override it"
          busy="Overriding"
          draft={`override:${rollback}:${item.id}`}
          act={(reason, key) => acts.tick({ rollback, id: item.id, state: "overridden", reason }, key)}
          onClose={() => setIsOverriding(false)}
          onDone={() => {
            setIsOverriding(false);
            onChanged();
          }}
        >
          <p className="font-strong break-words text-primary">{item.title}</p>
          {item.evidence && <p className="break-words">{item.evidence}</p>}
          <p>
            It goes on although this is not so. The playbook lets{" "}
            {item.overrideRole ? `a ${roleTitle[item.overrideRole].toLowerCase()}` : "nobody"} decide that;
            your name and your reason stand beside it.
          </p>
        </ReasonDialog>
      )}
    </li>
  );
}
