"use client";

import { Countdown } from "#components/ui/countdown.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import type { Verdict } from "#lib/domain/incident.ts";

/** The verdict beside the primary action: always in sight, on a phone the way to why. */
export function VerdictLine({
  verdict,
  deadline,
  leadsToRollback,
}: {
  verdict: Verdict;
  deadline: string | null;
  leadsToRollback: boolean;
}) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <a href="#verdict" className="inline-flex min-h-6 items-center rounded-1 lg:pointer-events-none">
        <StateBadge kind="verdict" state={verdict} />
        <span className="sr-only">: why the playbook says so</span>
      </a>
      {deadline !== null && (
        <span className="text-12">
          decide within <Countdown to={deadline} warnSeconds={60} overWord="overdue by" />
        </span>
      )}
      <span className="max-md:hidden">
        {leadsToRollback ? "Next: what to go back to." : "Next: the incident. A rollback stays possible."}
      </span>
    </span>
  );
}
