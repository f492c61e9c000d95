import Link from "next/link";
import type { ReviewData } from "#components/approval/review-data.ts";
import { Elapsed } from "#components/ui/elapsed.tsx";
import { Section } from "#components/ui/section.tsx";
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";

/** What is wrong now, for whom, since when, and what the playbook said about it. */
export function ImpactSection({ incident }: { incident: ReviewData["incident"] }) {
  return (
    <Section title="Impact">
      {incident === null ? (
        <p className="text-secondary">No incident stands behind this: somebody asked for it directly.</p>
      ) : (
        <div className="grid gap-2">
          <p className="flex flex-wrap items-center gap-2">
            <SeverityBadge severity={incident.severity} />
            <StateBadge kind="incident" state={incident.state} />
            <span className="text-secondary">
              open for <Elapsed since={incident.detectedAt} until={incident.resolvedAt} />
            </span>
          </p>
          <Link href={`/incidents/${incident.number}`} className="link w-fit text-16 font-strong break-words">
            {incident.number} {incident.title}
          </Link>
          {incident.because !== null && (
            <p className="max-w-2xl text-secondary">The playbook says: {incident.because}</p>
          )}
          {incident.facts.length > 0 && (
            <dl className="max-w-2xl">
              {incident.facts.map((fact) => (
                <div
                  key={fact.question}
                  className="flex items-baseline gap-4 border-b border-line-faint py-row"
                >
                  <dt className="min-w-0 grow text-secondary">{fact.question}</dt>
                  <dd className="figures shrink-0 text-right">{fact.answer}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      )}
    </Section>
  );
}
