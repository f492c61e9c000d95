"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import type { Act } from "#components/action/answer.ts";
import { RollbackLedger } from "#components/rollback/rollback-ledger.tsx";
import { Button } from "#components/ui/button.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { Section } from "#components/ui/section.tsx";
import { CancelRollback, type CancelInput } from "#components/wizard/cancel-rollback.tsx";
import { MovedOn } from "#components/wizard/moved-on.tsx";
import { PlanLead, PlanSummary, PlanWarnings } from "#components/wizard/plan-summary.tsx";
import { PlanTrouble } from "#components/wizard/plan-trouble.tsx";
import { Preparing } from "#components/wizard/preparing.tsx";
import { ProblemInView } from "#components/wizard/problem-in-view.tsx";
import { stepHref } from "#components/wizard/trail.ts";
import { useDraftRollback } from "#components/wizard/use-draft-rollback.ts";
import type { RecheckInput } from "#components/wizard/tick-input.ts";
import { useLookAgain } from "#components/wizard/use-look-again.ts";
import { WizardPage } from "#components/wizard/wizard-page.tsx";
import type { IncidentView, RollbackView } from "#lib/domain/view.ts";

type PlanScreenProps = {
  incident: IncidentView;
  rollback: RollbackView;
  recheck: Act<RecheckInput>;
  cancel: Act<CancelInput>;
};

/** Step 3: exactly what will be done, and what will not be undone. */
export function PlanScreen({ incident, rollback: first, recheck, cancel }: PlanScreenProps) {
  const router = useRouter();
  const [isLeaving, startLeaving] = useTransition();
  const { rollback } = useDraftRollback(first);
  const again = useLookAgain(rollback, recheck);
  const { plan, preparing, number } = rollback;
  const progress = { incident: incident.number, rollback: number, isPrepared: plan !== null };
  const isDraft = rollback.state === "draft";
  const next = stepHref("checklist", progress);
  const onward = () => {
    if (plan !== null && isDraft) startLeaving(() => router.push(next));
  };
  return (
    <WizardPage
      step="plan"
      progress={progress}
      incident={incident}
      onEnter={onward}
      {...(plan === null ? {} : { aside: <PlanSummary rollback={rollback} plan={plan} /> })}
      actionsNote={
        <span className="max-md:hidden">Nothing is touched before it is approved and executed.</span>
      }
      actions={
        <>
          {isDraft && rollback.may.edit && (
            <LinkButton href={stepHref("target", progress)}>Change</LinkButton>
          )}
          <Button
            look="primary"
            busy={isLeaving && "Opening"}
            unavailable={preparing ? "The plan is being made" : plan === null && "There is no plan yet"}
            onClick={onward}
          >
            Go on to the checklist
          </Button>
        </>
      }
    >
      {!isDraft && <MovedOn rollback={rollback} />}
      {again.problem && <ProblemInView problem={again.problem} />}
      {preparing && <Preparing rollback={rollback} />}
      {!preparing && plan === null && (
        <PlanTrouble
          rollback={rollback}
          changeHref={stepHref("target", progress)}
          isLooking={again.isBusy}
          onLookAgain={again.look}
        />
      )}
      {plan !== null && (
        <>
          <PlanWarnings plan={plan} />
          <PlanLead plan={plan} />
          <Section
            title="What will be done"
            aside={<span className="text-12">every argument as it will be sent</span>}
          >
            <RollbackLedger plan={plan} steps={[]} isStarted={false} isExecuting={false} />
          </Section>
        </>
      )}
      {isDraft && rollback.may.edit && <CancelRollback rollback={rollback} cancel={cancel} />}
    </WizardPage>
  );
}
