import { AskingClocks } from "#components/approval/asking-clocks.tsx";
import { Countdown } from "#components/ui/countdown.tsx";
import { ExactTime } from "#components/ui/exact-time.tsx";
import { LongText } from "#components/approval/long-text.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { VersionWay } from "#components/approval/version-way.tsx";
import type { RollbackView } from "#lib/domain/view.ts";
import { planSteps } from "#lib/domain/plan.ts";

/** The question first: what would happen to what, who asks and why, and how long it stands. */
export function DecisionHead({ rollback }: { rollback: RollbackView }) {
  const { plan, initiator, expiresAt, state, approvals } = rollback;
  const steps = plan ? planSteps(plan) : [];
  const changes = steps.filter((step) => step.mutating);
  return (
    <div className="border-l-4 border-line-strong pl-4 sm:pl-5">
      <p className="text-28 font-strong text-balance break-words">
        Roll back {rollback.serviceName} in {rollback.environment} to{" "}
        <span className="break-all">{rollback.to}</span>?
      </p>
      <div className="pt-1.5 text-16">
        <VersionWay from={rollback.from} to={rollback.to} />
      </div>
      {changes.length > 0 && (
        <p className="max-w-2xl pt-2 text-16">
          {changes.length === 1 ? "One change" : `${changes.length} changes`}:{" "}
          {changes.map((step) => lower(step.title)).join("; ")}.
        </p>
      )}
      <LongText text={rollback.reason} />
      <p className="text-secondary">
        {initiator.name}, <RelativeTime at={rollback.submittedAt ?? rollback.createdAt} />
      </p>
      {state === "awaiting_approval" && expiresAt !== null && (
        <div className="pt-2 text-secondary">
          <p className="flex flex-wrap gap-x-1.5">
            <span>
              Left to decide: <Countdown to={expiresAt} warnSeconds={300} overWord="expired since" />
            </span>
            <span>
              Expires <ExactTime at={expiresAt} />
            </span>
          </p>
          <AskingClocks approvals={approvals} />
        </div>
      )}
    </div>
  );
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
