import { Hourglass } from "lucide-react";
import type { LaneStart } from "#components/rollback/lane-starts.ts";
import type { LiveStep } from "#components/rollback/live-steps.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";

/** What stands above a step: the service whose turn begins, and what is waited for before it. */
export function StepLead({
  lane,
  step,
  live,
}: {
  lane: LaneStart | undefined;
  step: LiveStep["step"];
  live: LiveStep | undefined;
}) {
  return (
    <>
      {lane && (
        <div className="border-b border-line-faint pt-4 pb-1.5">
          <p className="text-14 font-strong break-words">
            {lane.number} of {lane.of}: {lane.service}, {lane.from ?? "an unknown version"} to {lane.to}
          </p>
          {lane.because && <p className="max-w-2xl break-words text-secondary">{lane.because}</p>}
        </div>
      )}
      {step.hold !== undefined && <Hold reason={step.hold} view={live?.view} />}
      {step.release !== undefined && (
        <p className="max-w-2xl border-b border-line-faint py-2.5 break-words text-secondary">
          <span className="font-strong">If it is aborted after this step:</span> {step.release.title}
        </p>
      )}
    </>
  );
}

function Hold({ reason, view }: { reason: string; view: LiveStep["view"] | undefined }) {
  const isWaiting = view !== undefined && view.heldAt !== null && view.releasedAt === null;
  return (
    <div
      role="note"
      className={`flex items-start gap-2 border-b border-line-faint py-2.5 ${isWaiting ? "text-state-paused-text" : "text-secondary"}`}
    >
      <Hourglass aria-hidden className="mt-1 size-4 shrink-0" />
      <p className="max-w-2xl min-w-0 break-words">
        <span className="font-strong">Waits here until somebody says go:</span> {reason}{" "}
        {isWaiting && view.heldAt && (
          <>
            It has waited since <RelativeTime at={view.heldAt} />.
          </>
        )}
        {view?.releasedAt && (
          <>
            {view.releasedBy?.name ?? "Somebody"} said go <RelativeTime at={view.releasedAt} />.
          </>
        )}
      </p>
    </div>
  );
}
