"use client";

import { useMemo, useState } from "react";
import { ChecklistSection } from "#components/approval/checklist-section.tsx";
import { DecideDialog, type Decide } from "#components/approval/decide-dialog.tsx";
import { DecisionHead } from "#components/approval/decision-head.tsx";
import { DifferenceSection } from "#components/approval/difference-section.tsx";
import { EmergencyOffer } from "#components/approval/emergency-offer.tsx";
import { ImpactSection } from "#components/approval/impact-section.tsx";
import { PlanFigures } from "#components/approval/plan-figures.tsx";
import { PlanSection } from "#components/approval/plan-section.tsx";
import type { ReviewData } from "#components/approval/review-data.ts";
import { DeclareEmergency } from "#components/rollback/declare-emergency.tsx";
import type { DeclareEmergencyAct } from "#components/rollback/emergency-dialog.tsx";
import { SignaturesSection } from "#components/approval/signatures-section.tsx";
import { StandingNotice } from "#components/approval/standing-notice.tsx";
import { usePolled } from "#components/console/use-polled.ts";
import { useRefresh } from "#components/console/use-refresh.ts";
import { Page } from "#components/shell/page.tsx";
import { useShortcuts } from "#components/shell/shortcuts.tsx";
import { Button } from "#components/ui/button.tsx";
import { useNow } from "#components/ui/clock-provider.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { ApprovalDecision } from "#lib/domain/rollback.ts";
import type { RollbackView } from "#lib/domain/view.ts";

type ReviewScreenProps = {
  data: ReviewData;
  address: string;
  decide: Decide;
  declare: DeclareEmergencyAct;
};

/** One plan, the decision first. While it is read it does not change: a newer plan waits to be asked for. */
export function ReviewScreen({ data, address, decide, declare }: ReviewScreenProps) {
  const refresh = useRefresh();
  const toast = useToast();
  const [asked, setAsked] = useState<ApprovalDecision | null>(null);
  const polled = usePolled(`/rollbacks/${data.rollback.id}`, data.rollback).data;
  const hasChanged = polled.plan?.hash !== data.rollback.plan?.hash;
  const rollback = hasChanged ? data.rollback : { ...polled, plan: data.rollback.plan };
  const { plan } = rollback;
  const isExpired = useIsPast(rollback.expiresAt);
  const mayDecide = rollback.state === "awaiting_approval" && rollback.may.approve && plan !== null;
  const shut = hasChanged
    ? "The plan changed: read the new one first"
    : isExpired
      ? "The time to decide is over"
      : null;
  const shortcuts = useMemo(
    () =>
      mayDecide && shut === null
        ? [
            {
              id: "approve",
              label: `Approve ${data.rollback.number}`,
              keys: "a",
              run: () => setAsked("approve"),
            },
            {
              id: "reject",
              label: `Reject ${data.rollback.number}`,
              keys: "x",
              run: () => setAsked("reject"),
            },
          ]
        : [],
    [mayDecide, shut, data.rollback.number],
  );
  useShortcuts(shortcuts);
  const done = (state: string) => {
    setAsked(null);
    toast({
      tone: "ok",
      title:
        state === "rejected" ? "Rejected" : state === "approved" ? "Approved" : "Approved, and more have to",
      detail: state === "approved" ? "It can be executed now." : "It stands in the record.",
    });
    refresh();
  };
  return (
    <Page
      what={`Roll back ${rollback.serviceName}`}
      up={{ href: "/approvals", label: "Approvals" }}
      environment={{ name: rollback.environment, isProtected: rollback.protected }}
      isDrill={rollback.drill}
      state={<StateBadge kind="rollback" state={rollback.state} />}
      aside={
        <>
          <SignaturesSection rollback={rollback} />
          <ChecklistSection items={rollback.checklist} />
        </>
      }
      actionsNote={mayDecide && shut !== null ? shut : undefined}
      actions={
        <>
          <DeclareEmergency rollback={rollback} declare={declare} onDone={refresh} />
          {mayDecide && (
            <>
              <Button size="large" unavailable={shut} onClick={() => setAsked("reject")}>
                Reject
              </Button>
              <Button look="primary" size="large" unavailable={shut} onClick={() => setAsked("approve")}>
                Approve
              </Button>
            </>
          )}
        </>
      }
    >
      {hasChanged && (
        <Notice
          live
          tone="warn"
          title="The plan changed while you read it"
          action={<Button onClick={() => window.location.reload()}>Show the new plan</Button>}
        >
          {newer(polled)} What you see below is the one before; it can no longer be approved.
        </Notice>
      )}
      {isExpired && rollback.state === "awaiting_approval" && (
        <Notice live tone="warn" title="The time to decide is over">
          Nothing was touched. {rollback.initiator.name} or any operator can submit the plan again; its
          targets are then looked at afresh.
        </Notice>
      )}
      <DecisionHead rollback={rollback} />
      <EmergencyOffer rollback={rollback} />
      <StandingNotice rollback={rollback} me={data.me} address={address} />
      {rollback.emergency !== null && (
        <Notice tone="danger" title="Called as an emergency">
          Approval was skipped, by the criterion {rollback.emergency.criterion.replaceAll("-", " ")}. A review
          is due afterwards.
        </Notice>
      )}
      {plan && <PlanFigures plan={plan} />}
      <ImpactSection incident={data.incident} />
      <DifferenceSection data={data} />
      {plan ? (
        <PlanSection plan={plan} />
      ) : (
        <Notice tone="neutral" title={rollback.preparing ? "The plan is being made" : "No plan was made"} />
      )}
      {asked !== null && plan !== null && (
        <DecideDialog
          decision={asked}
          rollback={rollback}
          planHash={plan.hash}
          decide={decide}
          onClose={() => setAsked(null)}
          onDone={done}
        />
      )}
    </Page>
  );
}

function newer(rollback: RollbackView): string {
  if (rollback.preparing) return "A new one is being made.";
  return rollback.plan === null ? "It was taken back." : "There is a new one.";
}

function useIsPast(at: string | null): boolean {
  const now = useNow();
  return at !== null && now !== null && Date.parse(at) <= now;
}
