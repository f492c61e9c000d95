"use client";

import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Select } from "#components/ui/select.tsx";
import { Switch } from "#components/ui/switch.tsx";
import type { RollbackView } from "#lib/domain/view.ts";

/** What the playbook allows in an emergency, for somebody who may call one. */
export type EmergencyChoice = NonNullable<RollbackView["emergencyChoice"]> & { approvals: string };

type EmergencySectionProps = {
  choice: EmergencyChoice;
  isOn: boolean;
  criterion: string;
  error: string | null;
  onChange: (changes: { isEmergency?: boolean; criterion?: string }) => void;
};

/** Emergency skips approval and nothing else; what follows from it is said before it is chosen. */
export function EmergencySection({ choice, isOn, criterion, error, onChange }: EmergencySectionProps) {
  return (
    <section aria-label="Emergency" className="grid grid-cols-1 gap-3 border-t border-line-soft pt-4">
      <Switch
        label="This is an emergency: do not wait for approval"
        hint={`Otherwise: ${choice.approvals.toLowerCase()}.`}
        checked={isOn}
        onCheckedChange={(isEmergency) => onChange({ isEmergency })}
      />
      {isOn && (
        <>
          <Notice tone="danger" title="What follows from it">
            <ul className="list-disc pl-4">
              <li>Nobody else looks at the plan before it runs. Checklist, lock and drift checks stay.</li>
              <li>Everyone who would have approved is told at once, with your name and reason.</li>
              <li>
                You owe a written review within {choice.reviewHours} hours, and the documentation within{" "}
                {choice.documentationHours}. Once the review is overdue you can call no other emergency until
                it is done.
              </li>
              <li>
                You confirm that it is you, with your password; that counts for{" "}
                {choice.reauthenticatedMinutes} minutes.
              </li>
            </ul>
          </Notice>
          <Field label="Which of these is it?" error={error}>
            {(control) => (
              <Select
                {...control}
                value={criterion}
                placeholder="Choose one"
                choices={choice.criteria.map(({ id, title }) => ({ value: id, label: title }))}
                onChange={(event) => onChange({ criterion: event.target.value })}
              />
            )}
          </Field>
        </>
      )}
    </section>
  );
}
