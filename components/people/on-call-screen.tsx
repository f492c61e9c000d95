"use client";

import { CalendarPlus } from "lucide-react";
import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { useRefresh } from "#components/console/use-refresh.ts";
import { AssignDialog } from "#components/people/assign-dialog.tsx";
import type { OnCallActions, RosterView, ShiftView } from "#components/people/people-data.ts";
import { PeopleTabs } from "#components/people/people-tabs.tsx";
import { RosterSection } from "#components/people/roster-section.tsx";
import { systemWords } from "#components/people/system-words.ts";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { DangerDialog } from "#components/ui/danger-dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { useToast } from "#components/ui/toast.tsx";

type OnCallScreenProps = { from: string; rosters: readonly RosterView[]; actions: OnCallActions };

/** Who is on call for what, now and in the two weeks to come. */
export function OnCallScreen({ from, rosters, actions }: OnCallScreenProps) {
  const refresh = useRefresh();
  const toast = useToast();
  const [asked, setAsked] = useState<"new" | ShiftView | null>(null);
  const end = useAct(actions.end);
  const open = rosters.filter((one) => one.mayAssign);
  const close = () => {
    setAsked(null);
    end.clear();
  };
  const done = (title: string, detail?: string) => {
    close();
    toast({ tone: "ok", title, ...(detail === undefined ? {} : { detail }) });
    refresh();
  };
  return (
    <Page
      what="On call"
      actions={
        open.length > 0 && (
          <Button look="primary" icon={<CalendarPlus aria-hidden />} onClick={() => setAsked("new")}>
            Put somebody on call
          </Button>
        )
      }
    >
      <PeopleTabs />
      <p className="max-w-2xl text-secondary">
        Whoever is on call is told first, and may approve where a playbook takes their word. Days are UTC;
        times stand in UTC and in your own time.
      </p>
      {rosters.length === 0 ? (
        <EmptyState title="There is no system yet">
          A roster stands here for every system that has a service you may see.
        </EmptyState>
      ) : (
        rosters.map((roster) => (
          <RosterSection key={roster.system} roster={roster} from={from} onEnd={setAsked} />
        ))
      )}
      {asked === "new" && (
        <AssignDialog
          rosters={open}
          assign={actions.assign}
          onClose={close}
          onDone={(overlapping) =>
            done("Put on call", overlapping === "" ? undefined : `It overlaps with ${overlapping}.`)
          }
        />
      )}
      {asked !== null && asked !== "new" && (
        <DangerDialog
          open
          onOpenChange={close}
          verb="Take off call"
          object={asked.person.name}
          consequences={[
            `${asked.person.name} is off call ${systemWords(asked.system)} from now on.`,
            "An approval that was given on this shift no longer counts, and a rollback that rests on it stops before its next change.",
          ]}
          busy={end.isBusy && "Taking off call"}
          error={end.problem && `${end.problem.title}. ${end.problem.detail}`}
          onConfirm={() =>
            void end.run({ shift: asked.id }).then((answer) => answer.ok && done("Taken off call"))
          }
        />
      )}
    </Page>
  );
}
