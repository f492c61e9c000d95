"use client";

import { KeyValues, type KeyValue } from "#components/ui/key-values.tsx";
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { Verdict } from "#components/ui/verdict.tsx";
import { approvalWords } from "#components/wizard/approval-words.ts";
import { Override, type Overriding } from "#components/wizard/override.tsx";
import { verdictRows } from "#components/wizard/verdict-rows.ts";
import type { Decision } from "#lib/domain/decision.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";
import type { Facts, Severity } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

type VerdictPanelProps = {
  playbook: Playbook;
  decision: Decision;
  severityByRules: Severity;
  facts: Facts;
  /** Null where nobody decides: a situation that is only tried. */
  overriding: Overriding | null;
  /** Where two stand side by side, each has a name of its own. */
  name?: { id: string; label: string };
  /** Beyond what every verdict says. */
  more?: readonly KeyValue[];
  /** Leads to a question. */
  onAsk: (definition: FactDefinition) => void;
};

/** More open questions than these are told by their number; each is marked where it stands. */
const mostAsked = 6;

/** What the playbook says about the answers so far, why, and which answers could still change it. */
export function VerdictPanel(props: VerdictPanelProps) {
  const { playbook, decision, severityByRules, facts, overriding, name, more = [], onAsk } = props;
  const override = overriding?.verdict ?? null;
  const missing = playbook.facts.filter((definition) => decision.missing.includes(definition.id));
  const meaning = playbook.severities[decision.severity];
  return (
    <section
      id={name?.id ?? "verdict"}
      aria-label={name?.label ?? "What the playbook says"}
      className="grid grid-cols-1 gap-5 lg:-m-1 lg:max-h-[calc(100dvh-9.5rem)] lg:overflow-y-auto lg:p-1"
    >
      <Verdict
        verdict={override ?? decision.verdict}
        isOverridden={override !== null}
        deadline={decision.deadline}
        rows={verdictRows(playbook, decision.rules, facts)}
        {...(decision.explanation === null ? {} : { why: decision.explanation })}
      />
      {missing.length > 0 && (
        <div className="hatched rounded-1 px-3 py-2.5">
          <p className="font-strong text-state-unknown-text">Answer this and it may change</p>
          <ul className="pt-1">
            {missing.slice(0, mostAsked).map((definition) => (
              <li key={definition.id}>
                <button
                  type="button"
                  onClick={() => onAsk(definition)}
                  className="link min-h-7 text-left pointer-coarse:min-h-11"
                >
                  {definition.question}
                </button>
              </li>
            ))}
          </ul>
          {missing.length > mostAsked && (
            <p className="pt-1 text-12 text-state-unknown-text">
              and {missing.length - mostAsked} more, marked at the side
            </p>
          )}
        </div>
      )}
      <KeyValues
        items={[
          ...more,
          {
            key: "Severity",
            value: <SeverityBadge severity={decision.severity} />,
            hint:
              decision.severity === severityByRules
                ? meaning.meaning
                : `${meaning.meaning} Set by hand; the rows come to ${severityByRules}.`,
          },
          ...(decision.window ? [{ key: "Window", value: decision.window.title }] : []),
          {
            key: "To roll back",
            value: decision.authority.rollbackAllowed
              ? approvalWords(
                  decision.authority.approvals,
                  decision.authority.roles,
                  decision.authority.onCall,
                )
              : "Not allowed under this rule",
            hint: decision.authority.because,
          },
          ...(decision.procedures[0]
            ? [
                {
                  key: "Offered",
                  value: decision.procedures[0].title,
                  hint: `about ${decision.procedures[0].minutes} min, ${decision.procedures[0].risk} risk`,
                },
              ]
            : []),
        ]}
      />
      {overriding && (
        <Override
          playbook={playbook}
          decision={decision}
          severityByRules={severityByRules}
          overriding={overriding}
        />
      )}
    </section>
  );
}
