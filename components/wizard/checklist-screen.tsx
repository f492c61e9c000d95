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
import { Section } from "#components/ui/section.tsx";
import { approvalWords } from "#components/wizard/approval-words.ts";
import { CancelRollback, type CancelInput } from "#components/wizard/cancel-rollback.tsx";
import { CheckRow } from "#components/wizard/check-row.tsx";
import type { TickInput } from "#components/wizard/tick-input.ts";
import { ConfirmIdentity } from "#components/wizard/confirm-identity.tsx";
import { MovedOn } from "#components/wizard/moved-on.tsx";
import { ProblemInView } from "#components/wizard/problem-in-view.tsx";
import { stepHref } from "#components/wizard/trail.ts";
import { useDraftRollback } from "#components/wizard/use-draft-rollback.ts";
import { useLookAgain, type LookAgain } from "#components/wizard/use-look-again.ts";
import { WizardPage } from "#components/wizard/wizard-page.tsx";
import { openRequired } from "#lib/domain/checklist.ts";
import type { IncidentView, RollbackView } from "#lib/domain/view.ts";

type ChecklistScreenProps = {
  incident: IncidentView;
  rollback: RollbackView;
  /** What the playbook adds to an item that a person ticks. */
  help: Readonly<Record<string, string>>;
  tick: Act<TickInput>;
  edit: Act<LookAgain>;
  submit: Act<{ id: string }>;
  cancel: Act<CancelInput>;
};

/** Step 4: the checks that ran themselves, the ticks of people, and the plan goes to its approvers. */
export function ChecklistScreen(props: ChecklistScreenProps) {
  const { incident, help, tick, edit, cancel } = props;
  const router = useRouter();
  const cache = useQueryClient();
  const [isLeaving, startLeaving] = useTransition();
  const [asked, setAsked] = useState<"emergency" | "identity" | null>(null);
  const { rollback } = useDraftRollback(props.rollback);
  const again = useLookAgain(rollback, edit);
  const sending = useAct(props.submit);
  const { checklist, number, plan, approvals, emergency } = rollback;
  const isDraft = rollback.state === "draft";
  const open = openRequired(checklist);
  const own = checklist.filter((item) => item.kind === "manual");
  const automatic = checklist.filter((item) => item.kind === "automatic");
  const hasFailed = automatic.some((item) => item.state === "failed");
  const progress = { incident: incident.number, rollback: number, isPrepared: plan !== null };
  const first = own.find((item) => item.state === "open")?.id;

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
  const row = (item: RollbackView["checklist"][number]) => (
    <CheckRow
      key={item.id}
      item={item}
      rollback={rollback.id}
      help={help[item.id] ?? null}
      isFirst={item.id === first}
      isLooking={rollback.preparing}
      mayTick={rollback.may.check && isDraft}
      mayOverride={rollback.may.override}
      tick={tick}
      onChanged={refresh}
    />
  );
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
              {open.length} of {checklist.filter((item) => item.required).length} required items open
            </span>
          ) : emergency ? (
            "Nobody approves this: it can run at once."
          ) : approvals.required > 0 ? (
            `Goes to: ${approvalWords(approvals.required, approvals.roles).toLowerCase()}.`
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
      <div>
        <ProgressCount
          what="required items settled"
          done={checklist.filter((item) => item.required).length - open.length}
          total={checklist.filter((item) => item.required).length}
        />
      </div>
      {own.length > 0 && (
        <Section title="For you to say" aside={<span className="text-12">kept with your name</span>}>
          <ul>{own.map(row)}</ul>
        </Section>
      )}
      <Section
        title="Checked by itself"
        aside={
          <Button
            look={hasFailed ? "plain" : "quiet"}
            busy={again.isBusy && "Looking"}
            unavailable={!isDraft && "No draft any more"}
            onClick={again.look}
          >
            Look again
          </Button>
        }
        {...(hasFailed ? { hint: "Mend what failed, then look again: the targets are asked anew." } : {})}
      >
        <ul>{automatic.map(row)}</ul>
      </Section>
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
          "A review opens that you owe within a day.",
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
