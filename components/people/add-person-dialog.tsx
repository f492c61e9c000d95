"use client";

import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { fieldError, FormDialog } from "#components/people/form-dialog.tsx";
import type { AddPerson } from "#components/people/people-data.ts";
import { RoleFields } from "#components/people/role-fields.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { Role } from "#lib/domain/role.ts";

type AddPersonDialogProps = {
  add: AddPerson;
  systems: readonly string[];
  onClose: () => void;
  onDone: (id: string) => void;
};

export function AddPersonDialog({ add, systems, onClose, onDone }: AddPersonDialogProps) {
  const { run, isBusy, problem } = useAct(add);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [system, setSystem] = useState("*");
  const submit = async () => {
    const answer = await run({ email, name, role, system, ...(password === "" ? {} : { password }) });
    if (answer.ok) onDone(answer.result.id);
  };
  return (
    <FormDialog
      title="Add a person"
      verb="Add"
      busy={isBusy && "Adding"}
      unavailable={email === "" || name === "" ? "Write a name and an e-mail address first" : null}
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
      <RoleFields role={role} onRole={setRole} system={system} onSystem={setSystem} systems={systems} />
      <Field
        label="First password"
        optional
        hint="At least 12 characters. Without one they come in by single sign-on."
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
