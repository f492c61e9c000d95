"use client";

import { formatUtc, toInstant } from "#components/ui/format-time.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

type TimeFieldProps = {
  label: string;
  hint: string;
  optional?: boolean;
  /** As the browser's own field gives it: local time without a zone, or nothing. */
  value: string;
  onChange: (value: string) => void;
  error: string | null;
};

/** A moment in one's own time; what that is in UTC stands below it. */
export function TimeField({ label, hint, optional = false, value, onChange, error }: TimeFieldProps) {
  const instant = toInstant(value === "" ? null : new Date(value));
  return (
    <Field
      label={label}
      optional={optional}
      hint={
        instant === null ? `In your own time. ${hint}` : <span className="figures">{formatUtc(instant)}</span>
      }
      error={error}
    >
      {(control) => (
        <Input
          {...control}
          type="datetime-local"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
