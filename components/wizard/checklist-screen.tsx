"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import type { Act } from "#components/action/answer.ts";
import { useAct } from "#components/action/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { DangerDialog } from "#components/ui/danger-dialog.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { ProgressCount } from "#components/ui/progress-count.tsx";
import { approvalWords } from "#components/wizard/approval-words.ts";
import { CancelRollback, type CancelInput } from "#components/wizard/cancel-rollback.tsx";
import type { CheckActs } from "#components/wizard/check-acts.ts";
import { CheckLists } from "#components/wizard/check-lists.tsx";
import { ConfirmIdentity } from "#components/wizard/confirm-identity.tsx";
import { MovedOn } from "#components/wizard/moved-on.tsx";
import { ProblemInView } from "#components/wizard/problem-in-view.tsx";
import { stepHref } from "#components/wizard/trail.ts";
import { useDraftRollback } from "#components/wizard/use-draft-rollback.ts";
import { useLookAgain } from "#components/wizard/use-look-again.ts";
import { WizardPage } from "#components/wizard/wizard-page.tsx";
import { openRequired } from "#lib/domain/checklist.ts";
import type { IncidentView, RollbackView } from "#lib/domain/view.ts";

type ChecklistScreenProps = {
  incident: IncidentView;
  rollback: RollbackView;
  acts: CheckActs;
  submit: Act<{ id: string }>;
  cancel: Act<CancelInput>;
};

/** Step 4: the checks that ran themselves, the ticks of people, and the plan goes to its approvers. */
export function ChecklistScreen(props: ChecklistScreenProps) {
  const { incident, acts, cancel } = props;
  const router = useRouter();
  const cache = useQueryClient();
  const [isLeaving, startLeaving] = useTransition();
  const [asked, setAsked] = useState<"emergency" | "identity" | null>(null);
  const { rollback } = useDraftRollback(props.rollback);
  const again = useLookAgain(rollback, acts.recheck);
  const sending = useAct(props.submit);
  const { checklist, checklists, number, plan, approvals, emergency } = rollback;
  const isDraft = rollback.state === "draft";
  const gated = checklist.filter((item) => item.gate === "submit");
  const required = gated.filter((item) => item.required);
  const open = openRequired(gated);
  const hasFailed = checklist.some((item) => item.kind === "automatic" && item.state === "failed");
  const progress = { incident: incident.number, rollback: number, isPrepared: plan !== null };
  const first = checklist.find((item) => item.kind === "manual" && item.state === "open")?.id;

  async function submit(): Promise<void> {
    if (sending.isBusy || isLeaving || open.length > 0 || !isDraft || plan === null) return;
    const answer = await sending.run({ id: rollback.id });
    if (answer.ok) {
      setAsked(null);
      startLeaving(() => router.push(`/rollbacks/${number}`));
    } else if (answer.problem.code === "REAUTHENTICATION_REQUIRED") setAsked("identity");
    else setAsked(null);
  }
  const begin = () => {
    if (emergency === null) void submit();
    else if (open.length === 0 && isDraft && plan !== null) setAsked("emergency");
  };
  const refresh = () => void cache.invalidateQueries({ queryKey: [`/rollbacks/${number}`] });

  const unavailable = !isDraft
    ? `${number} is no draft any more`
    : rollback.preparing
      ? "The targets are being looked at"
      : plan === null
        ? "There is no plan"
        : open.length > 0
          ? `${open.length} ${open.length === 1 ? "item is" : "items are"} open`
          : !rollback.may.submit && "Submitting needs the role operator here";
  const busy = sending.isBusy ? "Submitting" : isLeaving && "Opening";
  return (
    <WizardPage
      step="checklist"
      progress={progress}
      incident={incident}
      width="reading"
      onEnter={begin}
      actionsNote={
        <span>
          {open.length > 0 ? (
            <span className="font-strong text-primary">
              {open.length} of {required.length} required items open
            </span>
          ) : emergency ? (
            "Nobody approves this: it can run at once."
          ) : approvals.required > 0 ? (
            `Goes to: ${approvalWords(approvals.required, approvals.roles, approvals.onCall).toLowerCase()}.`
          ) : (
            "No approval is needed here: it can run at once."
          )}
        </span>
      }
      actions={
        <>
          <LinkButton href={stepHref("plan", progress)} className="max-md:hidden">
            Back to the plan
          </LinkButton>
          {emergency ? (
            <Button
              look="danger"
              verb="Submit"
              object={`${number} without approval`}
              busy={busy}
              unavailable={unavailable}
              onClick={begin}
            />
          ) : (
            <Button look="primary" busy={busy} unavailable={unavailable} onClick={begin}>
              {approvals.required > 0 ? "Submit for approval" : "Submit"}
            </Button>
          )}
        </>
      }
    >
      {!isDraft && !isLeaving && <MovedOn rollback={rollback} />}
      {again.problem && <ProblemInView problem={again.problem} />}
      {sending.problem && sending.problem.code !== "REAUTHENTICATION_REQUIRED" && (
        <ProblemInView problem={sending.problem} />
      )}
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div className="min-w-48 grow">
          <ProgressCount
            what="required items settled"
            done={required.length - open.length}
            total={required.length}
          />
        </div>
        <Button
          look={hasFailed ? "plain" : "quiet"}
          busy={again.isBusy && "Checking"}
          unavailable={!isDraft && "No draft any more"}
          onClick={again.look}
        >
          Check all again
        </Button>
      </div>
      <CheckLists
        items={checklist}
        lists={checklists}
        rollback={rollback.id}
        acts={acts}
        isLooking={again.isBusy}
        first={first}
        onChanged={refresh}
      />
      {isDraft && rollback.may.edit && <CancelRollback rollback={rollback} cancel={cancel} />}
      <DangerDialog
        open={asked === "emergency"}
        onOpenChange={(isOpen) => setAsked(isOpen ? "emergency" : null)}
        verb="Submit"
        object={`${number} without approval`}
        environment={{ name: incident.environment, isProtected: incident.protected }}
        busy={busy}
        consequences={[
          "It counts as approved at once, and can be executed by you.",
          "Everyone who would have approved is told, with your name and reason.",
          "You owe a written review and the documentation afterwards, each in time.",
        ]}
        onConfirm={() => void submit()}
      />
      <ConfirmIdentity
        open={asked === "identity"}
        onOpenChange={(isOpen) => setAsked(isOpen ? "identity" : null)}
        why="An emergency skips approval, so it has to be certain that it is you."
        onConfirmed={() => void submit()}
      />
    </WizardPage>
  );
}
