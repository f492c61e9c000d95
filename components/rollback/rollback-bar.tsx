"use client";

import { executeObject } from "#components/rollback/execute-dialog.tsx";
import { stepChoices, type StepChoice } from "#components/rollback/step-choices.ts";
import { ticksLeft } from "#components/rollback/ticks-left.ts";
import type { Trouble } from "#components/rollback/trouble.ts";
import { Button } from "#components/ui/button.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { isDriven } from "#lib/domain/duty.ts";
import type { DutyView } from "#lib/domain/duty-view.ts";
import type { RollbackView } from "#lib/domain/view.ts";

export type Asked = "execute" | "pause" | "abort" | "take-driver";

type RollbackBarProps = {
  rollback: RollbackView;
  trouble: Trouble | null;
  /** Of the rollback; null where it has none. */
  driving: DutyView | null;
  isDriver: boolean;
  onAsk: (asked: Asked) => void;
  onChoose: (id: StepChoice["id"]) => void;
};

/** What can be done now, the one primary action last; always in the same place. */
export function RollbackBar({ rollback, trouble, driving, isDriver, onAsk, onChoose }: RollbackBarProps) {
  const { state, number, may, control, incidentNumber, outcome } = rollback;
  // Only whoever drives has a primary control; the others' first way is to take over.
  const takeOver = may.drive && !isDriver && driving !== null && (
    <Button
      look="primary"
      unavailable={!driving.may.take && waitingFor(driving)}
      onClick={() => onAsk("take-driver")}
    >
      Take over…
    </Button>
  );
  const driverLook = isDriver || driving?.holder === null ? "primary" : "quiet";
  const cancel = may.drive && (
    <Button look="quiet" onClick={() => onAsk("abort")}>
      Cancel {number}…
    </Button>
  );
  switch (state) {
    case "draft":
      return (
        <>
          {cancel}
          {may.edit && incidentNumber && (
            <LinkButton look="primary" href={`/declare/${incidentNumber}`}>
              Carry on with the draft
            </LinkButton>
          )}
        </>
      );
    case "awaiting_approval":
      return (
        <>
          {cancel}
          <LinkButton look={may.approve ? "primary" : "plain"} href={`/approvals/${number}`}>
            {may.approve ? "Review and decide" : "Open the review"}
          </LinkButton>
        </>
      );
    case "approved":
      return (
        <>
          {cancel}
          {may.execute && (
            <Button
              look="danger"
              verb="Execute: roll back"
              object={executeObject(rollback)}
              unavailable={rollback.plan === null ? "There is no plan" : ticksLeft(rollback.checklist)}
              onClick={() => onAsk("execute")}
            />
          )}
        </>
      );
    case "running":
    case "verifying": {
      const asked =
        control === "pause"
          ? "A pause was asked for"
          : control === "abort"
            ? "An abort was asked for"
            : control === "release"
              ? "It is being ended"
              : null;
      return (
        <>
          {may.drive && (
            <>
              <Button look="quiet" unavailable={control !== "pause" && asked} onClick={() => onAsk("abort")}>
                Abort at a safe point…
              </Button>
              <Button look={driverLook} unavailable={asked} onClick={() => onAsk("pause")}>
                Pause…
              </Button>
            </>
          )}
          {takeOver}
        </>
      );
    }
    case "paused":
    case "needs_manual": {
      const first = trouble ? stepChoices(trouble)[0] : undefined;
      return (
        <>
          {may.drive && first && (
            <Button look={driverLook} onClick={() => onChoose(first.id)}>
              {first.label}…
            </Button>
          )}
          {takeOver}
        </>
      );
    }
    case "monitoring":
      return <>{takeOver}</>;
    case "succeeded":
    case "failed":
    case "partial":
    case "rejected":
    case "cancelled":
    case "expired":
      return (
        <>
          {rollback.startedAt && (
            <LinkButton href={`/rollbacks/${number}/report`} look={incidentNumber ? "plain" : "primary"}>
              Read the report
            </LinkButton>
          )}
          {incidentNumber && (
            <LinkButton look="primary" href={`/incidents/${incidentNumber}`}>
              {outcome === "succeeded" ? `Go on with ${incidentNumber}` : `Decide again in ${incidentNumber}`}
            </LinkButton>
          )}
        </>
      );
  }
}

function waitingFor({ request }: DutyView): string {
  if (request === null) return "It cannot be taken over now";
  return request.isOffer ? `It is offered to ${request.to.name}` : `${request.to.name} has asked for it`;
}

/** Left of the actions: who drives, and what was asked of the machine. */
export function barNote(rollback: RollbackView, isDriver: boolean): string {
  const { state, driver, control, may } = rollback;
  if (control === "pause") return "A pause was asked for: it takes effect between two steps.";
  if (control === "abort") return "An abort was asked for: it takes effect at the next safe point.";
  if (control === "release") return "It is being ended: what it keeps shut is opened first.";
  if (state === "awaiting_approval" && rollback.whyNotApprove) return rollback.whyNotApprove;
  if (state === "approved" && may.execute) {
    const left = ticksLeft(rollback.checklist);
    if (left !== null) return left;
  }
  if (state === "approved") return "The targets are looked at once more before anything is done.";
  if (!isDriven(state)) return "";
  const who = isDriver ? "You drive." : driver ? `${driver.name} drives.` : "Nobody drives.";
  return may.drive ? who : `${who} You watch.`;
}
