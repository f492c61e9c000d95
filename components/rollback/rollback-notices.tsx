import type { ConnectionState } from "#components/live/live-connection.ts";
import { EmergencyOffer } from "#components/approval/emergency-offer.tsx";
import { readText } from "#components/rollback/step-facts.ts";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { StreamEvent } from "#lib/domain/event.ts";
import type { RollbackView } from "#lib/domain/view.ts";

type RollbackNoticesProps = {
  rollback: RollbackView;
  connection: ConnectionState;
  events: readonly StreamEvent[];
};

/** What everybody who looks must know before anything else. */
export function RollbackNotices({ rollback, connection, events }: RollbackNoticesProps) {
  const { emergency, drill, debts, state } = rollback;
  const voided =
    state === "draft" ? events.findLast((one) => one.type === "rollback.approvals_voided") : null;
  const takenOver = ["running", "verifying"].includes(state)
    ? events.findLast((one) => one.type === "rollback.taken_over")
    : null;
  return (
    <>
      {connection === "revoked" && (
        <Notice live tone="danger" title="You may no longer watch this">
          Your session or your role has ended. What you see is old; the rollback goes on without this page.
        </Notice>
      )}
      {emergency && (
        <Notice tone="danger" title="Emergency: nobody had to approve this">
          Criterion: {emergency.criterion.replaceAll("-", " ")}.
          {debts.map((debt) => (
            <span key={debt.id}>
              {" "}
              <a href="#debts" className="link">
                The {debt.kind}
              </a>{" "}
              {debt.doneAt ? (
                "is done."
              ) : (
                <>
                  is due <RelativeTime at={debt.dueAt} />, owed by {debt.owedBy.name}.
                </>
              )}
            </span>
          ))}
        </Notice>
      )}
      {drill && (
        <Notice tone="info" title="This is a drill">
          The same machinery, against {rollback.environment}, and kept out of the statistics.
        </Notice>
      )}
      <EmergencyOffer rollback={rollback} />
      {voided && (
        <Notice live tone="warn" title="The approvals are void, and nothing was done">
          {readText(voided.data["reason"])} A new plan is made from what the targets show now.
        </Notice>
      )}
      {takenOver && (
        <Notice tone="info" title="Another worker took the execution over">
          {readText(takenOver.data["why"])} It went on by looking at the target.
        </Notice>
      )}
    </>
  );
}
