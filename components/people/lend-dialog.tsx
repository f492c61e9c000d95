"use client";

import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { fieldError, FormDialog } from "#components/people/form-dialog.tsx";
import type { DelegationActions, ReachView } from "#components/people/people-data.ts";
import { TimeField } from "#components/people/time-field.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { covers, Role, roleTitle } from "#lib/domain/role.ts";

const lendable = Role.exclude(["viewer"]).options;

type LendDialogProps = {
  me: string;
  reaches: readonly ReachView[];
  lend: DelegationActions["lend"];
  onClose: () => void;
  onDone: () => void;
};

/** Lends a role of one's own to somebody by name, until a time. It counts for approvals and for nothing else. */
export function LendDialog({ me, reaches, lend, onClose, onDone }: LendDialogProps) {
  const { run, isBusy, problem } = useAct(lend);
  const [system, setSystem] = useState(
    (reaches.find((one) => one.system !== "*") ?? reaches[0])?.system ?? "",
  );
  const reach = reaches.find((one) => one.system === system);
  const held = lendable.filter((one) => reach !== undefined && covers(reach.role, one));
  const [chosen, setRole] = useState<(typeof lendable)[number] | null>(null);
  const role = held.find((one) => one === chosen) ?? held.at(-1);
  const [to, setTo] = useState("");
  const [until, setUntil] = useState("");
  const [reason, setReason] = useState("");
  const people = (reach?.people ?? []).filter((one) => one.id !== me);
  const submit = async () => {
    if (role === undefined) return;
    const answer = await run({ to, role, system, reason, endsAt: new Date(until).toISOString() });
    if (answer.ok) onDone();
  };
  const isWhole = people.some((one) => one.id === to) && until !== "" && reason.trim() !== "";
  return (
    <FormDialog
      title="Lend a role"
      verb="Lend it"
      busy={isBusy && "Lending it"}
      unavailable={isWhole ? null : "Say to whom, until when and why"}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void submit()}
    >
      <p className="text-secondary">
        Whoever you lend it to can approve plans in your stead, other than plans that one of you wrote. It
        gives them nothing else, and counts once together with your own word.
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="In" error={fieldError(problem, "system")}>
          {(control) => (
            <Select
              {...control}
              choices={reaches.map((one) => ({
                value: one.system,
                label: one.system === "*" ? "Every system" : one.system,
              }))}
              value={system}
              onChange={(event) => setSystem(event.target.value)}
            />
          )}
        </Field>
        <Field label="Role" error={fieldError(problem, "role")}>
          {(control) => (
            <Select
              {...control}
              choices={held.map((one) => ({ value: one, label: roleTitle[one] }))}
              value={role ?? ""}
              onChange={(event) => setRole(held.find((one) => one === event.target.value) ?? null)}
            />
          )}
        </Field>
      </div>
      <Field label="To" hint="Operators and above of that system." error={fieldError(problem, "to")}>
        {(control) => (
          <Select
            {...control}
            placeholder="Choose somebody"
            choices={people.map((one) => ({ value: one.id, label: `${one.name} (${one.email})` }))}
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        )}
      </Field>
      <TimeField
        label="Until"
        hint="At most 14 days."
        value={until}
        onChange={setUntil}
        error={fieldError(problem, "endsAt")}
      />
      <Field label="Why" error={fieldError(problem, "reason")}>
        {(control) => (
          <Textarea
            {...control}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
