"use client";

import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { fieldError, FormDialog } from "#components/people/form-dialog.tsx";
import type { SecretActions } from "#components/people/people-data.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

type SecretDialogProps = {
  set: SecretActions["set"];
  /** Null: a new one. */
  name: string | null;
  isReplaced: boolean;
  onClose: () => void;
};

/** Sets a secret. What is typed is dotted, and shown by nothing afterwards. */
export function SecretDialog({ set, name: given, isReplaced, onClose }: SecretDialogProps) {
  const { run, isBusy, problem } = useAct(set);
  const [name, setName] = useState(given ?? "");
  const [value, setValue] = useState("");
  const submit = async () => {
    const answer = await run({ name, value });
    if (answer.ok) onClose();
  };
  return (
    <FormDialog
      title={given === null ? "Set a secret" : `${isReplaced ? "Replace" : "Set"} ${given}`}
      verb={isReplaced ? "Replace it" : "Set it"}
      busy={isBusy && "Sealing it"}
      unavailable={name.trim() === "" ? "Give it a name" : value === "" ? "Give its value" : null}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void submit()}
    >
      {given === null && (
        <Field
          label="Name"
          hint="Targets name it stored:NAME. Letters, digits, - and _"
          error={fieldError(problem, "name")}
        >
          {(control) => (
            <Input
              {...control}
              maxLength={64}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      )}
      <Field
        label="Value"
        hint="Only workers can open it. Nobody can look it up later"
        error={fieldError(problem, "value")}
      >
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            autoComplete="off"
            spellCheck={false}
            className="[-webkit-text-security:disc]"
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
