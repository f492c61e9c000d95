"use client";

import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { stateWord } from "#components/ui/state.ts";
import { Textarea } from "#components/ui/textarea.tsx";
import { SeverityChoice } from "#components/wizard/severity-choice.tsx";
import type { Decision } from "#lib/domain/decision.ts";
import { Verdict, verdicts, type Severity } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

/** How a person decides otherwise than the playbook. */
export type Overriding = {
  isOpen: boolean;
  verdict: Verdict | null;
  severity: Severity | null;
  reason: string;
  error: string | null;
  onChange: (changes: {
    isOverriding?: boolean;
    override?: Verdict | null;
    severity?: Severity | null;
    overrideReason?: string;
  }) => void;
};

/** People may decide otherwise; both verdicts are recorded, so it takes a reason. */
export function Override({
  playbook,
  decision,
  severityByRules,
  overriding,
}: {
  playbook: Playbook;
  decision: Decision;
  severityByRules: Severity;
  overriding: Overriding;
}) {
  const { isOpen, verdict, severity, reason, error, onChange } = overriding;
  if (!isOpen) {
    return (
      <div>
        <Button look="quiet" onClick={() => onChange({ isOverriding: true })}>
          Decide otherwise…
        </Button>
      </div>
    );
  }
  return (
    <fieldset className="grid gap-3 border-t border-line-soft pt-3">
      <legend className="sr-only">Decide otherwise than the playbook</legend>
      <Field
        label="Decide otherwise"
        hint="What the playbook says and what you say are both recorded, with your reason."
      >
        {(control) => (
          <Select
            {...control}
            value={verdict ?? ""}
            placeholder={`As the playbook says: ${stateWord("verdict", decision.verdict).word.toLowerCase()}`}
            choices={verdicts
              .filter((one) => one !== decision.verdict)
              .map((one) => ({ value: one, label: stateWord("verdict", one).word }))}
            onChange={(event) => onChange({ override: Verdict.safeParse(event.target.value).data ?? null })}
          />
        )}
      </Field>
      <SeverityChoice
        playbook={playbook}
        decided={severityByRules}
        chosen={severity}
        onChoose={(chosen) => onChange({ severity: chosen })}
      />
      {(verdict !== null || severity !== null) && (
        <Field label="Why" error={error}>
          {(control) => (
            <Textarea
              {...control}
              value={reason}
              maxLength={2000}
              onChange={(event) => onChange({ overrideReason: event.target.value })}
            />
          )}
        </Field>
      )}
      <div>
        <Button
          look="quiet"
          onClick={() =>
            onChange({ isOverriding: false, override: null, severity: null, overrideReason: "" })
          }
        >
          Keep to the playbook
        </Button>
      </div>
    </fieldset>
  );
}
