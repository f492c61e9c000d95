"use client";

import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { Playbook } from "#lib/domain/playbook.ts";

/** How the bad version came here decides how it is taken back; corrected by hand where the record is wrong. */
export function StrategyChoice({
  playbook,
  strategy,
  deployed,
  onChange,
}: {
  playbook: Playbook;
  strategy: string;
  deployed: string | null;
  onChange: (strategy: string) => void;
}) {
  const row = playbook.strategies.find((one) => one.deployedBy === strategy);
  const how = row ? `${row.method}, ${row.risk} risk.` : "The playbook has no way of its own for it.";
  const others = playbook.strategies.filter((one) => one.deployedBy !== strategy);
  if (others.length === 0) {
    return (
      <div className="grid gap-0.5">
        <p className="font-medium">Strategy</p>
        <p>
          {deployed === null
            ? "How it was deployed is not recorded."
            : `Deployed by ${row?.title ?? deployed}.`}{" "}
          {how}
        </p>
      </div>
    );
  }
  return (
    <Field
      label="How the running version was deployed"
      hint={`${deployed === null ? "Not recorded. " : deployed === strategy ? "As recorded. " : `Recorded: ${deployed}. `}${how}`}
    >
      {(control) => (
        <Select
          {...control}
          value={strategy}
          choices={[
            ...(row ? [] : [{ value: strategy, label: strategy }]),
            ...playbook.strategies.map((one) => ({ value: one.deployedBy, label: one.title })),
          ]}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
