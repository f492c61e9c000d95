"use client";

import { EvidenceList } from "#components/rollback/rollback-ledger.tsx";
import type { LiveStep } from "#components/rollback/live-steps.ts";
import { ClockRow, type IncidentClock } from "#components/ui/clock-row.tsx";
import { Section } from "#components/ui/section.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";

/** How long everything took against the team's objectives. */
export function ClocksSection({ clocks }: { clocks: readonly IncidentClock[] }) {
  return (
    <Section title="Clocks" hint="Of the incident, against the playbook's objectives.">
      <ClockRow clocks={clocks} />
    </Section>
  );
}

/** What shows that it is as it says: the evidence of the verification, and whatever nobody proved. */
export function ProofSection({ steps }: { steps: readonly LiveStep[] }) {
  const open = steps.filter((one) => isUnproved(one));
  const proofs = steps.filter((one) => isProof(one) && one.evidence.length > 0 && !isUnproved(one));
  if (open.length === 0 && proofs.length === 0) return null;
  return (
    <Section title="Proof" hint="What was seen at the targets when the steps were done.">
      <ul>
        {open.map((one) => (
          <li
            key={one.step.key}
            className="flex flex-wrap items-baseline justify-between gap-x-4 border-b border-line-faint py-row"
          >
            <span className="min-w-0 font-medium">
              {one.step.title}
              {one.decided && (
                <span className="block font-regular text-secondary">
                  {one.decided.by}: {one.decided.evidence || one.decided.reason}
                </span>
              )}
            </span>
            {one.view.state === "pending" ? (
              <span className="text-12 text-faint">Not run</span>
            ) : (
              <StateBadge kind="step" state={one.view.state} size="quiet" />
            )}
          </li>
        ))}
        {proofs.map((one) => (
          <li key={one.step.key} className="border-b border-line-faint py-row">
            <EvidenceList evidence={one.evidence} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

const isUnproved = ({ view }: LiveStep): boolean => view.state !== "done" && view.state !== "already_done";
const isProof = ({ phase, step }: LiveStep): boolean => phase === "verification" || step.mutating;
