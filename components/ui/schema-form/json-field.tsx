"use client";

import { useState, type ReactNode } from "react";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

type JsonFieldProps = {
  label: string;
  hint: ReactNode;
  error: string | null;
  optional: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
};

/** What no control fits, as JSON. A text that is not JSON stays in the field and is not passed on. */
export function JsonField({ label, hint, error, optional, value, onChange }: JsonFieldProps) {
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  const [fault, setFault] = useState<string | null>(null);
  return (
    <Field label={label} hint={hint ?? "JSON"} error={fault ?? error} optional={optional}>
      {(control) => (
        <Textarea
          {...control}
          mono
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            const read = readJson(event.target.value);
            setFault(read.isJson ? null : "This is not JSON yet. The last good value is kept.");
            if (read.isJson) onChange(read.value);
          }}
        />
      )}
    </Field>
  );
}

function readJson(text: string): { isJson: true; value: unknown } | { isJson: false } {
  if (text.trim() === "") return { isJson: true, value: undefined };
  try {
    return { isJson: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return { isJson: false };
    throw error;
  }
}
