"use client";

import { useMemo, useState } from "react";
import { ChecklistSection } from "#components/approval/checklist-section.tsx";
import { SignaturesSection } from "#components/approval/signatures-section.tsx";
import { DutiesSection } from "#components/duty/duties-section.tsx";
import { HandOverNotices } from "#components/duty/hand-over-notices.tsx";
import { useDuties } from "#components/duty/use-duties.ts";
import { incidentClocks } from "#components/incident/clocks.ts";
import { Timeline } from "#components/incident/timeline.tsx";
import { useLivePage } from "#components/live/use-live-page.ts";
import { budgetsOf } from "#components/rollback/budgets.ts";
import { currentStep, liveSteps } from "#components/rollback/live-steps.ts";
import { DebtsSection } from "#components/rollback/debts-section.tsx";
import { DeclareEmergency } from "#components/rollback/declare-emergency.tsx";
import { NeedsPerson } from "#components/rollback/needs-person.tsx";
import { Budgets, NowBlock } from "#components/rollback/now-block.tsx";
import { ClocksSection, ProofSection } from "#components/rollback/outcome-section.tsx";
import type { RollbackActs } from "#components/rollback/rollback-acts.ts";
import { barNote, RollbackBar, type Asked } from "#components/rollback/rollback-bar.tsx";
import { RollbackDialogs } from "#components/rollback/rollback-dialogs.tsx";
import { RollbackFacts } from "#components/rollback/rollback-facts.tsx";
import { RollbackLedger } from "#components/rollback/rollback-ledger.tsx";
import { RollbackNotices } from "#components/rollback/rollback-notices.tsx";
import { ValidationSection } from "#components/rollback/validation-section.tsx";
import { CheckLists } from "#components/wizard/check-lists.tsx";
import { StateHead } from "#components/rollback/state-head.tsx";
import type { StepChoice } from "#components/rollback/step-choices.ts";
import { readText } from "#components/rollback/step-facts.ts";
import { ticksLeft } from "#components/rollback/ticks-left.ts";
import { readTrouble } from "#components/rollback/trouble.ts";
import { Page } from "#components/shell/page.tsx";
import { useShell } from "#components/shell/shell-context.tsx";
import { useShortcuts } from "#components/shell/shortcuts.tsx";
import { Section } from "#components/ui/section.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import type { ItemGate } from "#lib/domain/checklist.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import type { Objective } from "#lib/domain/playbook.ts";
import { isDriven } from "#lib/domain/duty.ts";
import { isActive } from "#lib/domain/rollback.ts";
import type { DutiesView } from "#lib/domain/duty-view.ts";
import type { IncidentView, RollbackView } from "#lib/domain/view.ts";

type RollbackScreenProps = {
  rollback: RollbackView;
  incident: IncidentView | null;
  history: { events: readonly StreamEvent[]; lastSeq: number; isCut: boolean };
  objectives: readonly Objective[];
  /** The draft of the emergency's documentation, where the reader has to write it. */
  record: string | null;
  duties: DutiesView;
  acts: RollbackActs;
};

/** A rollback, live, in every state from draft to record. */
export function RollbackScreen({
  rollback: first,
  incident,
  history,
  objectives,
  record,
  duties: firstDuties,
  acts,
}: RollbackScreenProps) {
  const {
    view: rollback,
    events,
    connection,
    refresh,
  } = useLivePage<RollbackView>({
    kind: "rollback",
    id: first.id,
    initialView: first,
    initial: history,
  });
  const duties = useDuties({
    kind: "rollback",
    id: first.id,
    initial: firstDuties,
    lastSeq: rollback.lastSeq,
    pass: acts.pass,
  });
  const [driving = null] = duties.view.duties;
  const { user } = useShell();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [chosen, setChosen] = useState<StepChoice["id"] | null>(null);
  const steps = useMemo(() => liveSteps(rollback, events), [rollback, events]);
  const trouble = useMemo(() => readTrouble(rollback.state, steps, events), [rollback.state, steps, events]);
  const { state, plan, number } = rollback;
  const isDriver = rollback.driver?.email !== undefined && rollback.driver.email === user.email;
  const isExecuting = state === "running" || state === "verifying";
  const isHalted = trouble !== null;
  const isStarted = rollback.startedAt !== null;
  const isOver = !isActive(state);
  const toDo = rollback.checklist.filter((item) => isToDo(item.gate, rollback));
  const said = rollback.checklist.filter((item) => !toDo.includes(item));
  const watchedUntil = readText(events.findLast((one) => one.type === "rollback.monitoring")?.data["until"]);
  const mayExecute =
    state === "approved" && rollback.may.execute && plan !== null && ticksLeft(rollback.checklist) === null;
  const shortcuts = useMemo(
    () => [
      ...(mayExecute
        ? [{ id: "execute", label: `Execute ${number}`, keys: "e", run: () => setAsked("execute") }]
        : []),
      { id: "runbook", label: `Runbook of ${number}`, href: `/rollbacks/${number}/runbook` },
    ],
    [mayExecute, number],
  );
  useShortcuts(shortcuts);
  const clocks = incident
    ? incidentClocks(
        {
          ...incident,
          recoveredAt: incident.recoveredAt ?? (rollback.outcome === "succeeded" ? rollback.endedAt : null),
          rollbacks: [rollback],
        },
        objectives,
      )
    : null;
  return (
    <Page
      what={`${number}: ${rollback.serviceName} to ${rollback.to}`}
      up={
        rollback.incidentNumber
          ? { href: `/incidents/${rollback.incidentNumber}`, label: rollback.incidentNumber }
          : { href: "/rollbacks", label: "Rollbacks" }
      }
      environment={{ name: rollback.environment, isProtected: rollback.protected }}
      isDrill={rollback.drill}
      state={<StateBadge kind="rollback" state={state} />}
      aside={
        <>
          {isDriven(state) && <DutiesSection duties={duties} isRunning={isExecuting} />}
          <RollbackFacts rollback={rollback} />
        </>
      }
      actions={
        <>
          <DeclareEmergency rollback={rollback} declare={acts.declareEmergency} onDone={refresh} />
          <RollbackBar
            rollback={rollback}
            trouble={trouble}
            driving={driving}
            isDriver={isDriver}
            onAsk={setAsked}
            onChoose={setChosen}
          />
        </>
      }
      actionsNote={barNote(rollback, isDriver)}
    >
      <HandOverNotices duties={duties} />
      <RollbackNotices rollback={rollback} connection={connection} events={events} />
      {isExecuting && <NowBlock steps={steps} current={currentStep(steps)} />}
      {trouble && (
        <NeedsPerson
          rollback={rollback}
          trouble={trouble}
          acts={acts}
          chosen={chosen}
          onChoose={setChosen}
          onDone={refresh}
        />
      )}
      {!isExecuting && !isHalted && (
        <StateHead rollback={rollback} watchedUntil={watchedUntil === "" ? null : watchedUntil} />
      )}
      {isStarted && plan && <Budgets budgets={budgetsOf(rollback, steps, events)} steps={steps} />}
      {(isOver || state === "monitoring") && isStarted && clocks && <ClocksSection clocks={clocks} />}
      {rollback.validation.length > 0 && (
        <ValidationSection rollback={rollback} acts={acts} onChanged={refresh} />
      )}
      {(isOver || state === "monitoring") && isStarted && <ProofSection steps={steps} />}
      {rollback.debts.length > 0 && (isOver || state === "monitoring") && (
        <DebtsSection rollback={rollback} draft={record} complete={acts.completeDebt} onDone={refresh} />
      )}
      {toDo.length > 0 && (
        <CheckLists
          items={toDo}
          lists={rollback.checklists}
          rollback={rollback.id}
          acts={acts}
          onChanged={refresh}
        />
      )}
      {plan ? (
        <Section title={isStarted ? "Steps" : "Plan"}>
          <RollbackLedger
            plan={plan}
            steps={steps}
            isStarted={isStarted}
            isExecuting={isExecuting}
            isOver={isOver}
          />
        </Section>
      ) : (
        rollback.preparing && <Skeleton what="the plan" shape="rungs" rows={6} />
      )}
      {rollback.submittedAt !== null && <SignaturesSection rollback={rollback} />}
      {!isStarted && said.length > 0 && <ChecklistSection items={said} />}
      <Timeline events={events} title="What happened" isCut={history.isCut} />
      <RollbackDialogs
        rollback={rollback}
        acts={acts}
        duties={duties}
        asked={asked}
        onAsk={setAsked}
        onDone={refresh}
      />
    </Page>
  );
}

/** What is still to be ticked on this screen: the wizard's own part of it is behind. */
function isToDo(gate: ItemGate, { state, startedAt, drill }: RollbackView): boolean {
  if (gate === "execute")
    return startedAt === null && (state === "awaiting_approval" || state === "approved");
  return gate === "after" || (gate === "drill" && drill && state !== "draft");
}
