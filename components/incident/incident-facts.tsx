"use client";

import Link from "next/link";
import { Elapsed } from "#components/ui/elapsed.tsx";
import { EnvironmentMark } from "#components/ui/environment-mark.tsx";
import { ExactTime } from "#components/ui/exact-time.tsx";
import { KeyValues } from "#components/ui/key-values.tsx";
import { Section } from "#components/ui/section.tsx";
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { VersionWay } from "#components/approval/version-way.tsx";
import { Button } from "#components/ui/button.tsx";
import type { FactDefinition } from "#lib/domain/fact.ts";
import type { FactValue } from "#lib/domain/incident.ts";
import type { IncidentView } from "#lib/domain/view.ts";

type IncidentFactsProps = {
  incident: IncidentView;
  facts: readonly FactDefinition[];
  /** Null where the reader may not. */
  onSeverity: (() => void) | null;
};

/** The facts at the side: state, severity, where, who commands, what is known of the impact. */
export function IncidentFacts({ incident, facts, onSeverity }: IncidentFactsProps) {
  const { declaredBy, serviceName, service, environment } = incident;
  const known = facts.flatMap((fact) => {
    const value = incident.facts[fact.id];
    return value === undefined ? [] : [{ key: fact.question, value: answer(fact, value) }];
  });
  return (
    <>
      <Section title="Facts">
        <KeyValues
          items={[
            { key: "State", value: <StateBadge kind="incident" state={incident.state} /> },
            {
              key: "Severity",
              value: (
                <span className="flex flex-wrap items-center gap-2">
                  <SeverityBadge severity={incident.severity} />
                  {onSeverity && (
                    <Button look="quiet" onClick={onSeverity}>
                      Change…
                    </Button>
                  )}
                </span>
              ),
            },
            {
              key: "Service",
              value: (
                <Link href={`/services/${service}`} className="link">
                  {serviceName}
                </Link>
              ),
              hint: (
                <EnvironmentMark quiet environment={{ name: environment, isProtected: incident.protected }} />
              ),
            },
            { key: "Declared by", value: declaredBy?.name ?? "A signal" },
            { key: "Detected", value: <ExactTime at={incident.detectedAt} form="date" /> },
            {
              key: incident.resolvedAt ? "Lasted" : "Open for",
              value: <Elapsed since={incident.detectedAt} until={incident.resolvedAt} />,
            },
            {
              key: "Playbook",
              value: (
                <Link href={`/playbooks/${incident.playbook.id}`} className="link">
                  {incident.playbook.id}
                </Link>
              ),
              hint: `version ${incident.playbook.version}`,
            },
          ]}
        />
      </Section>
      <Section title="Impact">
        {known.length === 0 ? (
          <p className="text-secondary">Nothing was said about it yet.</p>
        ) : (
          <KeyValues items={known} />
        )}
      </Section>
    </>
  );
}

function answer(fact: FactDefinition, value: FactValue) {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (fact.type === "choice") return fact.options.find((one) => one.value === value)?.label ?? String(value);
  const unit = "unit" in fact ? ` ${fact.unit}` : "";
  return (
    <span className="figures">
      {String(value)}
      {unit}
    </span>
  );
}

/** The rollbacks of the incident, newest first. */
export function IncidentRollbacks({ rollbacks }: Pick<IncidentView, "rollbacks">) {
  return (
    <Section title="Rollbacks">
      {rollbacks.length === 0 ? (
        <p className="text-secondary">None yet.</p>
      ) : (
        <ul>
          {rollbacks.map((one) => (
            <li
              key={one.id}
              className="relative flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-line-faint py-row hover:bg-surface-panel"
            >
              <Link
                href={`/rollbacks/${one.number}`}
                className="figures font-strong after:absolute after:inset-0"
              >
                {one.number}
              </Link>
              <VersionWay from={one.from} to={one.to} />
              <StateBadge kind="rollback" state={one.state} size="quiet" />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
