"use client";

import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { stateWord } from "#components/ui/state.ts";
import { Textarea } from "#components/ui/textarea.tsx";
import type { Decision } from "#lib/domain/decision.ts";
import { Verdict, verdicts } from "#lib/domain/incident.ts";

/** How a person decides otherwise than the playbook. */
export type Overriding = {
  isOpen: boolean;
  verdict: Verdict | null;
  reason: string;
  error: string | null;
  onChange: (changes: { isOverriding?: boolean; override?: Verdict | null; overrideReason?: string }) => void;
};

/** People may decide otherwise; both verdicts are recorded, so it takes a reason. */
export function Override({ decision, overriding }: { decision: Decision; overriding: Overriding }) {
  const { isOpen, verdict, reason, error, onChange } = overriding;
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
      <Field label="Decide otherwise" hint="Both verdicts are recorded, with your name and your reason.">
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
      {verdict !== null && (
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
          onClick={() => onChange({ isOverriding: false, override: null, overrideReason: "" })}
        >
          Keep to the playbook
        </Button>
      </div>
    </fieldset>
  );
}
