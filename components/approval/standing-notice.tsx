import { CopyButton } from "#components/ui/copy-button.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeWords } from "#components/ui/relative-words.tsx";
import type { ApprovalView, RollbackView } from "#lib/domain/view.ts";
import { capacityWords } from "#lib/domain/approval-words.ts";
import { isActive } from "#lib/domain/rollback.ts";

/** How the question stands, where it is not simply open: decided, expired, changed, or not the reader's to answer. */
export function StandingNotice({
  rollback,
  me,
  address,
}: {
  rollback: RollbackView;
  me: string;
  address: string;
}) {
  const { state, approvals, initiator } = rollback;
  const live = (
    <LinkButton href={`/rollbacks/${rollback.number}`}>
      {isActive(state) ? "Open the rollback" : "See what happened"}
    </LinkButton>
  );
  const last = approvals.given.findLast((one) => one.voidedAt === null);
  switch (state) {
    case "awaiting_approval": {
      if (rollback.whyNotApprove === null) return null;
      const isAuthor = initiator.id === me || rollback.editors.some((one) => one.id === me);
      return (
        <Notice
          tone="neutral"
          title={isAuthor ? "You wrote this plan, so you cannot approve it" : "This is not yours to decide"}
        >
          <p>{rollback.whyNotApprove}</p>
          <p className="flex flex-wrap items-center gap-1 pt-1 text-secondary">
            Send an approver this address: <span className="figures break-all">{address}</span>
            <CopyButton text={address} what="address" />
          </p>
        </Notice>
      );
    }
    case "draft": {
      const voided = approvals.given.findLast((one) => one.voidedAt !== null);
      return (
        <Notice
          tone="warn"
          title={voided ? "The plan changed, so its approvals are void" : "This plan is not submitted yet"}
          action={live}
        >
          {voided?.voidReason ?? `${initiator.name} is still at it.`} There is nothing to decide until it is
          submitted{voided ? " again" : ""}.
        </Notice>
      );
    }
    case "approved":
      return (
        <Notice
          tone="ok"
          title={last ? `Approved by ${last.by.name}${capacityNote(last)}` : "Approved"}
          action={live}
        >
          It has not started. An operator executes it
          {rollback.expiresAt !== null && (
            <>
              ; the approval ends <RelativeWords at={rollback.expiresAt} />
            </>
          )}
          .
        </Notice>
      );
    case "rejected":
      return (
        <Notice
          tone="neutral"
          title={last ? `Rejected by ${last.by.name}${capacityNote(last)}` : "Rejected"}
          action={live}
        >
          {last?.comment ?? "No reason was given."} Nothing was touched.
        </Notice>
      );
    case "expired":
      return (
        <Notice tone="warn" title="Nobody decided in time" action={live}>
          Nothing was touched. If it is still needed, {initiator.name} or any operator requests it again; it
          is then looked at afresh.
        </Notice>
      );
    case "cancelled":
      return (
        <Notice tone="neutral" title="Cancelled" action={live}>
          Nothing is left to decide.
        </Notice>
      );
    case "needs_manual":
      return (
        <Notice tone="danger" title="It runs, and needs a person now" action={live}>
          A step could not be settled. Whoever drives it has to decide.
        </Notice>
      );
    case "succeeded":
      return <Notice tone="ok" title="It is done" action={live} />;
    case "failed":
    case "partial":
      return (
        <Notice tone="danger" title={state === "failed" ? "It failed" : "It was partly done"} action={live} />
      );
    case "running":
    case "paused":
    case "verifying":
    case "monitoring":
      return <Notice tone="info" title="It is under way" action={live} />;
  }
}

/** Said where it was not a role of their own: `, on call`, `, Admin for Ada`. */
function capacityNote(one: ApprovalView): string {
  return one.via.kind === "role" ? "" : `, ${capacityWords(one)}`;
}
