"use client";

import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { fieldError, FormDialog } from "#components/people/form-dialog.tsx";
import type { OnCallActions, RosterView } from "#components/people/people-data.ts";
import { TimeField } from "#components/people/time-field.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { longestShiftDays } from "#lib/domain/on-call.ts";

type AssignDialogProps = {
  rosters: readonly RosterView[];
  assign: OnCallActions["assign"];
  onClose: () => void;
  onDone: (overlapping: string) => void;
};

/** Puts an operator on call for a system, from one time until another. */
export function AssignDialog({ rosters, assign, onClose, onDone }: AssignDialogProps) {
  const { run, isBusy, problem } = useAct(assign);
  const [system, setSystem] = useState(
    (rosters.find((one) => one.system !== "*") ?? rosters[0])?.system ?? "",
  );
  const [user, setUser] = useState("");
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const people = rosters.find((one) => one.system === system)?.people ?? [];
  const submit = async () => {
    const answer = await run({
      user,
      system,
      ...(from === "" ? {} : { startsAt: new Date(from).toISOString() }),
      endsAt: new Date(until).toISOString(),
    });
    if (answer.ok) onDone(answer.result.overlaps.map((one) => one.person.name).join(", "));
  };
  const isWhole = people.some((one) => one.id === user) && until !== "";
  return (
    <FormDialog
      title="Put somebody on call"
      verb="Put on call"
      busy={isBusy && "Putting on call"}
      unavailable={isWhole ? null : "Say who, and until when"}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void submit()}
    >
      <Field label="For" error={fieldError(problem, "system")}>
        {(control) => (
          <Select
            {...control}
            choices={rosters.map((one) => ({
              value: one.system,
              label: one.system === "*" ? "Every system" : one.system,
            }))}
            value={system}
            onChange={(event) => setSystem(event.target.value)}
          />
        )}
      </Field>
      <Field label="Who" hint="Operators and above of that system." error={fieldError(problem, "user")}>
        {(control) => (
          <Select
            {...control}
            placeholder="Choose somebody"
            choices={people.map((one) => ({ value: one.id, label: `${one.name} (${one.email})` }))}
            value={user}
            onChange={(event) => setUser(event.target.value)}
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <TimeField
          label="From"
          optional
          hint="Left empty: from now on."
          value={from}
          onChange={setFrom}
          error={fieldError(problem, "startsAt")}
        />
        <TimeField
          label="Until"
          hint={`At most ${longestShiftDays} days.`}
          value={until}
          onChange={setUntil}
          error={fieldError(problem, "endsAt")}
        />
      </div>
    </FormDialog>
  );
}
