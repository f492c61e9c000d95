"use client";

import { Plus, X } from "lucide-react";
import { useState, type ComponentType, type ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Question } from "#components/ui/question.tsx";
import { initialValue, type Path } from "#components/ui/schema-form/form-value.ts";
import type { JsonSchema } from "#components/ui/schema-form/json-schema.ts";
import type { FormContext, SchemaFieldProps } from "#components/ui/schema-form/schema-field-props.ts";

type RecordFieldProps = {
  label: string;
  hint: ReactNode;
  error: string | null;
  optional: boolean;
  values: JsonSchema;
  value: unknown;
  path: Path;
  context: FormContext;
  Entry: ComponentType<SchemaFieldProps>;
};

/** Names with values, where the names are the team's own. */
export function RecordField({
  label,
  hint,
  error,
  optional,
  values,
  value,
  path,
  context,
  Entry,
}: RecordFieldProps) {
  const [name, setName] = useState("");
  const entries = Object.entries(typeof value === "object" && value !== null ? value : {}) as [
    string,
    unknown,
  ][];
  const trimmed = name.trim();
  const isTaken = entries.some(([key]) => key === trimmed);
  const add = () => {
    if (trimmed === "" || isTaken) return;
    context.set([...path, trimmed], initialValue(values, context.root) ?? "");
    setName("");
  };
  return (
    <Question label={label} hint={hint} error={error} optional={optional}>
      {entries.length > 0 && (
        <ul className="grid gap-2">
          {entries.map(([key, entry]) => (
            <li key={key} className="grid grid-cols-[1fr_auto] items-end gap-2">
              <Entry
                schema={{ ...values, title: key }}
                value={entry}
                path={[...path, key]}
                name={key}
                isRequired
                context={context}
              />
              <Button
                look="quiet"
                size="icon"
                aria-label={`Remove ${key}`}
                onClick={() => context.set([...path, key], undefined)}
              >
                <X aria-hidden className="size-4" />
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="mt-1 flex gap-2">
        <Input
          mono
          aria-label={`New name in ${label.toLowerCase()}`}
          placeholder="NAME"
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add();
          }}
        />
        <Button
          icon={<Plus aria-hidden />}
          unavailable={isTaken ? "This name is there already" : trimmed === "" ? "Type a name first" : null}
          onClick={add}
        >
          Add
        </Button>
      </div>
    </Question>
  );
}
