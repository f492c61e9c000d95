"use client";

import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { fieldError, FormDialog } from "#components/people/form-dialog.tsx";
import type { TokenActions } from "#components/people/people-data.ts";
import { RoleFields } from "#components/people/role-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { CommandBlock } from "#components/ui/command-block.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Select } from "#components/ui/select.tsx";
import { lowerRole, type Role } from "#lib/domain/role.ts";

const lifetimes = [
  { value: "1d", label: "1 day" },
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
  { value: "90d", label: "90 days" },
  { value: "365d", label: "1 year" },
];

type TokenDialogProps = {
  create: TokenActions["create"];
  most: Role;
  systems: readonly string[];
  onClose: () => void;
};

/** A new token; its secret is shown once, and only closing the dialog by its button lets go of it. */
export function TokenDialog({ create, most, systems, onClose }: TokenDialogProps) {
  const { run, isBusy, problem } = useAct(create);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>(lowerRole(most, "operator"));
  const [system, setSystem] = useState("*");
  const [ttl, setTtl] = useState("90d");
  const [secret, setSecret] = useState<string | null>(null);
  const submit = async () => {
    const answer = await run({ name, role, system, ttl });
    if (answer.ok) setSecret(answer.result.token ?? "");
  };
  if (secret !== null) {
    return (
      <Dialog
        open
        onOpenChange={() => undefined}
        title={secret === "" ? "The token was made already" : "Keep this token now"}
        footer={
          <Button look="primary" onClick={onClose}>
            {secret === "" ? "Close" : "I have kept it"}
          </Button>
        }
      >
        {secret === "" ? (
          <Notice tone="warn" title="Its secret was told once, and is gone">
            Revoke it and make another one.
          </Notice>
        ) : (
          <div className="grid gap-3">
            <p>It is shown this once. Only a fingerprint of it is stored, so nobody can look it up later.</p>
            <CommandBlock command={secret} label="token" />
            <p className="text-secondary">
              Send it as “Authorization: Bearer …” with each request to /api/v1.
            </p>
          </div>
        )}
      </Dialog>
    );
  }
  return (
    <FormDialog
      title="Make an API token"
      verb="Make it"
      busy={isBusy && "Making it"}
      unavailable={name.trim() === "" ? "Say what it is for" : null}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void submit()}
    >
      <Field
        label="What is it for"
        hint="Such as: deployments of checkout"
        error={fieldError(problem, "name")}
      >
        {(control) => (
          <Input
            {...control}
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <RoleFields
        role={role}
        onRole={setRole}
        system={system}
        onSystem={setSystem}
        systems={systems}
        most={most}
      />
      <Field label="Ends after" error={fieldError(problem, "ttl")}>
        {(control) => (
          <Select
            {...control}
            choices={lifetimes}
            value={ttl}
            onChange={(event) => setTtl(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
