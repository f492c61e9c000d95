"use client";

import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { fieldError, FormDialog } from "#components/people/form-dialog.tsx";
import type { AccountView, PersonActions } from "#components/people/people-data.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

type ChangePersonDialogProps = {
  person: AccountView;
  change: PersonActions["change"];
  onClose: () => void;
  onDone: () => void;
};

export function ChangePersonDialog({ person, change, onClose, onDone }: ChangePersonDialogProps) {
  const { run, isBusy, problem } = useAct(change);
  const [name, setName] = useState(person.name);
  const [email, setEmail] = useState(person.email);
  const [password, setPassword] = useState("");
  const submit = async () => {
    const answer = await run({
      user: person.id,
      ...(name === person.name ? {} : { name }),
      ...(email === person.email ? {} : { email }),
      ...(password === "" ? {} : { password }),
    });
    if (answer.ok) onDone();
  };
  const isSame = name === person.name && email === person.email && password === "";
  return (
    <FormDialog
      title={`Change ${person.name}`}
      verb="Save"
      busy={isBusy && "Saving"}
      unavailable={isSame ? "Nothing is different yet" : null}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void submit()}
    >
      <Field label="Name" error={fieldError(problem, "name")}>
        {(control) => (
          <Input
            {...control}
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label="E-mail" error={fieldError(problem, "email")}>
        {(control) => (
          <Input
            {...control}
            type="email"
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="New password"
        optional
        hint="At least 12 characters. It ends every session of this person."
        error={fieldError(problem, "password")}
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="new-password"
            maxLength={256}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
