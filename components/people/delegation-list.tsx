"use client";

import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { useRefresh } from "#components/console/use-refresh.ts";
import type { DelegationActions, DelegationView } from "#components/people/people-data.ts";
import { systemWords } from "#components/people/system-words.ts";
import { Button } from "#components/ui/button.tsx";
import { DangerDialog } from "#components/ui/danger-dialog.tsx";
import { DayTime } from "#components/ui/day-time.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { roleTitle } from "#lib/domain/role.ts";

type DelegationListProps = {
  /** Whose page it is. */
  person: { id: string; name: string };
  isOwn: boolean;
  delegations: readonly DelegationView[];
  end: DelegationActions["end"];
};

/** The roles that somebody lends and was lent, each until a time; either of the two can end it. */
export function DelegationList({ person, isOwn, delegations, end }: DelegationListProps) {
  const refresh = useRefresh();
  const toast = useToast();
  const { run, isBusy, problem, clear } = useAct(end);
  const [asked, setAsked] = useState<DelegationView | null>(null);
  const close = () => {
    setAsked(null);
    clear();
  };
  const subject = isOwn ? "You" : person.name;
  if (delegations.length === 0) {
    return (
      <p className="text-secondary">
        {isOwn ? "You lend no role and were lent none." : `${person.name} lends no role and was lent none.`}
      </p>
    );
  }
  return (
    <>
      <ul>
        {delegations.map((one) => {
          const lends = one.from.id === person.id;
          return (
            <li
              key={one.id}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line-faint py-row"
            >
              <span className="min-w-0 grow basis-64 break-words">
                {lends ? `${subject} ${isOwn ? "lend" : "lends"} ` : `${one.from.name} lends `}
                <span className="font-medium">{roleTitle[one.role]}</span> {systemWords(one.system)} to{" "}
                {lends ? one.to.name : isOwn ? "you" : person.name}, until <DayTime at={one.endsAt} />
                <span className="block text-secondary">{one.reason}</span>
              </span>
              <Button
                aria-label={`End the loan of ${roleTitle[one.role]} from ${one.from.name} to ${one.to.name}`}
                onClick={() => setAsked(one)}
              >
                End
              </Button>
            </li>
          );
        })}
      </ul>
      {asked && (
        <DangerDialog
          open
          onOpenChange={close}
          verb="End"
          object={`the loan of ${roleTitle[asked.role]} from ${asked.from.name} to ${asked.to.name}`}
          consequences={[
            `${asked.to.name} can no longer approve for ${asked.from.name}.`,
            "An approval that was given by it no longer counts, and a rollback that rests on it stops before its next change.",
          ]}
          busy={isBusy && "Ending"}
          error={problem && `${problem.title}. ${problem.detail}`}
          onConfirm={() =>
            void run({ delegation: asked.id }).then((answer) => {
              if (!answer.ok) return;
              close();
              toast({ tone: "ok", title: "Ended" });
              refresh();
            })
          }
        />
      )}
    </>
  );
}
