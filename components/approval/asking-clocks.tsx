"use client";

import { useNow } from "#components/ui/clock-provider.tsx";
import { formatDuration } from "#components/ui/format-time.ts";
import type { ApprovalsView } from "#lib/domain/view.ts";

type AskingClocksProps = { approvals: Pick<ApprovalsView, "asksNextAt" | "offersEmergencyAt"> };

/** When somebody else is asked, and when the emergency is offered, while nobody decides. */
export function AskingClocks({ approvals }: AskingClocksProps) {
  const { asksNextAt, offersEmergencyAt } = approvals;
  return (
    <>
      {asksNextAt !== null && <Clock what="Asks the next" to={asksNextAt} />}
      {offersEmergencyAt !== null && <Clock what="Offers the emergency" to={offersEmergencyAt} />}
    </>
  );
}

function Clock({ what, to }: { what: string; to: string }) {
  const now = useNow();
  const left = now === null ? null : (Date.parse(to) - now) / 1000;
  return (
    <span className="block whitespace-nowrap" suppressHydrationWarning>
      {what}{" "}
      {left !== null && left > 0 ? (
        <>
          in <span className="figures inline-block min-w-[7ch]">{formatDuration(Math.ceil(left))}</span>
        </>
      ) : (
        "now"
      )}
    </span>
  );
}
