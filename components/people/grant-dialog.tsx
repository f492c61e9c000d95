"use client";

import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { fieldError, FormDialog } from "#components/people/form-dialog.tsx";
import type { AccountView, PersonActions } from "#components/people/people-data.ts";
import { RoleFields } from "#components/people/role-fields.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { Role } from "#lib/domain/role.ts";

type GrantDialogProps = {
  person: AccountView;
  systems: readonly string[];
  grant: PersonActions["grant"];
  onClose: () => void;
  onDone: () => void;
};

/** A role for somebody, for good or until a time. */
export function GrantDialog({ person, systems, grant, onClose, onDone }: GrantDialogProps) {
  const { run, isBusy, problem } = useAct(grant);
  const [role, setRole] = useState<Role>("operator");
  const [system, setSystem] = useState("*");
  const [until, setUntil] = useState("");
  const submit = async () => {
    const expiresAt = until === "" ? null : new Date(until).toISOString();
    const answer = await run({ user: person.id, role, system, expiresAt });
    if (answer.ok) onDone();
  };
  return (
    <FormDialog
      title={`Give ${person.name} a role`}
      verb="Give it"
      busy={isBusy && "Giving it"}
      unavailable={system.trim() === "" ? "Say where it holds" : null}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void submit()}
    >
      <RoleFields role={role} onRole={setRole} system={system} onSystem={setSystem} systems={systems} />
      <Field
        label="Until"
        optional
        hint="In your own time. It ends by itself then."
        error={fieldError(problem, "expiresAt")}
      >
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={until}
            onChange={(event) => setUntil(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
