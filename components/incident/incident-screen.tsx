"use client";

import { useMemo, useState } from "react";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { incidentClocks } from "#components/incident/clocks.ts";
import { DutiesSection } from "#components/duty/duties-section.tsx";
import { HandOverNotices } from "#components/duty/hand-over-notices.tsx";
import { useDuties } from "#components/duty/use-duties.ts";
import { DecisionSection } from "#components/incident/decision-section.tsx";
import type { IncidentActs } from "#components/incident/incident-acts.ts";
import { Guide, WhomToCall } from "#components/incident/guide.tsx";
import { IncidentBar, type IncidentAsked } from "#components/incident/incident-bar.tsx";
import { IncidentDialogs } from "#components/incident/incident-dialogs.tsx";
import { IncidentFacts, IncidentRollbacks } from "#components/incident/incident-facts.tsx";
import { FollowUp } from "#components/incident/follow-up.tsx";
import { NoteForm } from "#components/incident/note-form.tsx";
import { Timeline } from "#components/incident/timeline.tsx";
import type { TimelineEntry } from "#components/incident/timeline-entries.ts";
import { UpdateComposer } from "#components/incident/update-composer.tsx";
import { useLivePage } from "#components/live/use-live-page.ts";
import { Page } from "#components/shell/page.tsx";
import { useShortcuts } from "#components/shell/shortcuts.tsx";
import { ClockRow } from "#components/ui/clock-row.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Section } from "#components/ui/section.tsx";
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import type { FactDefinition } from "#lib/domain/fact.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import type { IncidentGuide } from "#lib/domain/incident-guide.ts";
import type { Objective } from "#lib/domain/playbook.ts";
import type { DutiesView } from "#lib/domain/duty-view.ts";
import type { IncidentView } from "#lib/domain/view.ts";

type IncidentScreenProps = {
  incident: IncidentView;
  history: { events: readonly StreamEvent[]; lastSeq: number; isCut: boolean };
  objectives: readonly Objective[];
  facts: readonly FactDefinition[];
  guide: IncidentGuide;
  duties: DutiesView;
  mayAct: boolean;
  acts: IncidentActs;
};

/** An incident: the story in the middle, the facts at the side, one thing to do next. */
export function IncidentScreen(props: IncidentScreenProps) {
  const { incident: first, history, objectives, facts, guide, mayAct, acts } = props;
  const {
    view: incident,
    events,
    connection,
    refresh,
  } = useLivePage<IncidentView>({
    kind: "incident",
    id: first.id,
    initialView: first,
    initial: history,
  });
  const [asked, setAsked] = useState<IncidentAsked | null>(null);
  const [corrected, setCorrected] = useState<TimelineEntry | null>(null);
  const acknowledging = useAct(acts.change);
  const duties = useDuties({
    kind: "incident",
    id: first.id,
    initial: props.duties,
    lastSeq: incident.lastSeq,
    pass: acts.pass,
  });
  const { number, state, id } = incident;
  const isOpen = state !== "resolved" && state !== "reviewed";
  const shortcuts = useMemo(
    () =>
      mayAct && isOpen
        ? [
            {
              id: "roll-back",
              label: `Roll back for ${number}`,
              keys: "r" as const,
              href: `/declare/${number}/target`,
            },
            { id: "decide", label: `Decide on ${number}`, href: `/declare?incident=${number}` },
          ]
        : [],
    [mayAct, isOpen, number],
  );
  useShortcuts(shortcuts);
  const acknowledge = async () => {
    const answer = await acknowledging.run({ id, state: "acknowledged" });
    if (answer.ok) refresh();
  };
  // Once it is resolved, this is what is left to do; before that the story comes first.
  const followUp = incident.followUp.map((one) => (
    <FollowUp key={one.rollback} followUp={one} acts={acts} onChanged={refresh} />
  ));
  return (
    <Page
      what={`${number}: ${incident.title}`}
      up={{ href: "/incidents", label: "Incidents" }}
      environment={{ name: incident.environment, isProtected: incident.protected }}
      state={
        <>
          <SeverityBadge severity={incident.severity} />
          <StateBadge kind="incident" state={state} />
        </>
      }
      aside={
        <>
          <DutiesSection duties={duties} isRunning={false} />
          <IncidentFacts
            incident={incident}
            facts={facts}
            onSeverity={mayAct && isOpen ? () => setAsked("severity") : null}
          />
          <IncidentRollbacks rollbacks={incident.rollbacks} />
          <WhomToCall guide={guide} detectedAt={incident.detectedAt} isOpen={isOpen} />
        </>
      }
      actions={
        mayAct && (
          <IncidentBar
            incident={incident}
            isAcknowledging={acknowledging.isBusy}
            onAcknowledge={() => void acknowledge()}
            onAsk={setAsked}
          />
        )
      }
      actionsNote={incident.commander ? `${incident.commander.name} commands.` : "Nobody commands."}
    >
      {connection === "revoked" && (
        <Notice live tone="danger" title="You may no longer watch this">
          Your session or your role has ended. What you see is old.
        </Notice>
      )}
      <HandOverNotices duties={duties} />
      {acknowledging.problem && <ProblemNotice problem={acknowledging.problem} />}
      <DecisionSection incident={incident} />
      {isOpen && <Guide guide={guide} />}
      <Section title="Clocks">
        <ClockRow clocks={incidentClocks(incident, objectives)} />
      </Section>
      {state === "resolved" && followUp}
      <UpdateComposer
        incident={incident}
        templates={guide.templates}
        update={acts.update}
        mayAct={mayAct}
        onDone={refresh}
      />
      <Timeline events={events} isCut={history.isCut} {...(mayAct ? { onCorrect: setCorrected } : {})}>
        {mayAct && (
          <NoteForm
            key={corrected?.seq ?? "new"}
            incident={id}
            note={acts.note}
            corrects={corrected}
            onLeave={() => setCorrected(null)}
            onDone={() => {
              setCorrected(null);
              refresh();
            }}
          />
        )}
      </Timeline>
      {state !== "resolved" && followUp}
      <IncidentDialogs
        incident={incident}
        change={acts.change}
        asked={asked}
        onAsk={setAsked}
        onDone={refresh}
      />
    </Page>
  );
}
