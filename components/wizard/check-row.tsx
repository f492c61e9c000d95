"use client";

import { clsx } from "clsx";
import { useState } from "react";
import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { ReasonDialog } from "#components/action/reason-dialog.tsx";
import { useAct } from "#components/action/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { CheckNote } from "#components/wizard/check-note.tsx";
import type { TickInput } from "#components/wizard/tick-input.ts";
import type { ChecklistItemView } from "#lib/domain/view.ts";

type CheckRowProps = {
  item: ChecklistItemView;
  rollback: string;
  help: string | null;
  /** The first that waits for a person: it takes the focus. */
  isFirst: boolean;
  isLooking: boolean;
  mayTick: boolean;
  mayOverride: boolean;
  tick: Act<TickInput>;
  onChanged: () => void;
};

/** One item: a tick of a person, or what a check saw and what to do about it. */
export function CheckRow(props: CheckRowProps) {
  const { item, rollback, help, isFirst, isLooking, mayTick, mayOverride, tick, onChanged } = props;
  const { run, isBusy, problem } = useAct(tick);
  const [wanted, setWanted] = useState<boolean | null>(null);
  const [isOverriding, setIsOverriding] = useState(false);
  const isManual = item.kind === "manual";
  const isSettled = item.state === "done" || item.state === "overridden";
  const say = async (isDone: boolean): Promise<void> => {
    setWanted(isDone);
    const note = item.note ? { note: item.note } : {};
    await run({ rollback, id: item.id, state: isDone ? "done" : "failed", ...note });
    setWanted(null);
    onChanged();
  };
  const state = !isManual && isLooking ? "running" : item.state;
  return (
    <li className="grid grid-cols-1 gap-x-6 gap-y-1 border-b border-line-faint py-2.5 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        {isManual ? (
          <div {...(isFirst ? { "data-first-row": true } : {})}>
            <Checkbox
              label={<span className="text-16">{item.title}</span>}
              {...(help === null ? {} : { hint: help })}
              checked={wanted ?? isSettled}
              disabled={!mayTick || item.state === "overridden"}
              onCheckedChange={(isDone) => void say(isDone)}
            />
          </div>
        ) : (
          <p className="text-16">{item.title}</p>
        )}
        <div className={isManual ? "grid gap-1 pl-7 pointer-coarse:pl-9" : "grid gap-1"}>
          {item.evidence && !isLooking && <p className="break-words text-secondary">{item.evidence}</p>}
          {item.state === "failed" && !isLooking && item.advice && (
            <p className="max-w-2xl border-l-2 border-state-danger-line pl-2.5">{item.advice}</p>
          )}
          {isManual && (
            <CheckNote item={item} rollback={rollback} mayTick={mayTick} tick={tick} onChanged={onChanged} />
          )}
          {item.state === "overridden" && item.note && (
            <p className="break-words text-secondary">Overridden because: {item.note}</p>
          )}
          {item.by && item.at && isSettled && (
            <p className="text-12 text-faint">
              {item.by.name}, <RelativeTime at={item.at} />
            </p>
          )}
          {problem && <ProblemNotice problem={problem} />}
        </div>
      </div>
      <div
        className={clsx(
          "flex items-center gap-2 self-start",
          isManual && "max-sm:pl-7 max-sm:pointer-coarse:pl-9",
        )}
      >
        {!item.required && <span className="text-12 text-faint">not required</span>}
        {mayTick && mayOverride && !isSettled && !isLooking && (!isManual || item.state === "failed") && (
          <Button look="quiet" onClick={() => setIsOverriding(true)}>
            Override…
          </Button>
        )}
        {isBusy ? (
          <span role="status" className="text-12 text-faint">
            Keeping it…
          </span>
        ) : (
          <StateBadge
            kind="check"
            state={state}
            size="quiet"
            {...(isManual && item.state === "failed" ? { word: "Not done" } : {})}
          />
        )}
      </div>
      {isOverriding && (
        <ReasonDialog
          title="Override this item?"
          verb="Override it"
          busy="Overriding"
          draft={`override:${rollback}:${item.id}`}
          act={(reason, key) => tick({ rollback, id: item.id, state: "overridden", reason }, key)}
          onClose={() => setIsOverriding(false)}
          onDone={() => {
            setIsOverriding(false);
            onChanged();
          }}
        >
          <p className="font-strong text-primary">{item.title}</p>
          {item.evidence && <p>{item.evidence}</p>}
          <p>The rollback goes on although this is not so. Approvers see your name and your reason.</p>
        </ReasonDialog>
      )}
    </li>
  );
}
