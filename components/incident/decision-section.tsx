"use client";

import { readDecision } from "#components/incident/read-decision.ts";
import { Section } from "#components/ui/section.tsx";
import { Verdict } from "#components/ui/verdict.tsx";
import { isActive } from "#lib/domain/rollback.ts";
import type { IncidentView } from "#lib/domain/view.ts";

/** What was decided and the rows of the matrix that made it. */
export function DecisionSection({ incident }: { incident: IncidentView }) {
  const decision = readDecision(incident.decision);
  if (decision === null) {
    const isEarly = ["detected", "acknowledged", "deciding"].includes(incident.state);
    return (
      <Section title="Decision">
        <p className="max-w-2xl text-secondary">
          {isEarly
            ? "Nothing is decided yet. Answer what is known, and the playbook says what to do and why."
            : "The playbook was not asked in this incident."}
        </p>
      </Section>
    );
  }
  const isOpen = incident.state === "deciding" || incident.state === "acknowledged";
  // Once a plan is with its approvers nobody has to decide any more.
  const isUnderWay = incident.rollbacks.some(({ state }) => state !== "draft" && isActive(state));
  return (
    <Section title="Decision">
      <Verdict
        verdict={decision.override ?? decision.verdict}
        deadline={isOpen && !isUnderWay ? decision.deadline : null}
        isOverridden={decision.override !== null}
        why={decision.reason ?? decision.explanation}
        rows={decision.rules.map((rule, index) => ({
          id: rule.id,
          rule: rule.because,
          isDecisive: index === 0,
        }))}
        missing={isOpen ? decision.missing.map((id) => id.replaceAll("_", " ")) : []}
      />
    </Section>
  );
}
