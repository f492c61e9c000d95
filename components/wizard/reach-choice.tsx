"use client";

import { Select } from "#components/ui/select.tsx";
import { Field } from "#components/ui/field.tsx";
import type { Reach } from "#components/wizard/reaches.ts";

/** How far it goes back, in the playbook's own words; what it comes to stands below and can be changed. */
export function ReachChoice({
  reaches,
  chosen,
  onChoose,
}: {
  reaches: readonly Reach[];
  chosen: string | null;
  onChoose: (reach: Reach) => void;
}) {
  if (reaches.length === 0) return null;
  const reach = reaches.find((one) => one.rule.id === chosen) ?? null;
  return (
    <Field
      label="How far"
      hint={reach?.rule.useWhen ?? "A scope of the playbook sets what is taken back, and how."}
    >
      {(control) => (
        <Select
          {...control}
          value={reach?.rule.id ?? ""}
          placeholder="As set below"
          choices={reaches.map(({ rule }) => ({ value: rule.id, label: rule.title }))}
          onChange={(event) => {
            const next = reaches.find((one) => one.rule.id === event.target.value);
            if (next) onChoose(next);
          }}
        />
      )}
    </Field>
  );
}
