"use client";

import { useMemo, type ReactNode } from "react";
import { Notice } from "#components/ui/notice.tsx";
import {
  strayErrors,
  withValueAt,
  type Path,
  type PathError,
} from "#components/ui/schema-form/form-value.ts";
import type { JsonSchema } from "#components/ui/schema-form/json-schema.ts";
import { SchemaField } from "#components/ui/schema-form/schema-field.tsx";

export type SchemaFormProps = {
  /** As `z.toJSONSchema(schema, { io: "input" })` writes it. */
  schema: JsonSchema;
  /** Start with `initialValue(schema, schema)`. */
  value: unknown;
  onChange: (value: unknown) => void;
  errors?: readonly PathError[];
  /** References that can be offered for `x-secret` fields: "env:PAYMENTS_TOKEN", "stored:deploy". */
  secretReferences?: readonly string[];
  /** Puts the value as JSON into a hidden input of this name, for a form that is submitted whole. */
  name?: string;
  /** What stands below the fields of an object whose schema says `x-extra`. */
  extra?: (name: string, value: unknown, path: Path) => ReactNode;
};

/** The form that a schema is. Adapters, channels and playbook facts have no form of their own. */
export function SchemaForm({
  schema,
  value,
  onChange,
  errors = [],
  secretReferences = [],
  name,
  extra,
}: SchemaFormProps) {
  const context = useMemo(
    () => ({
      root: schema,
      errors,
      secretReferences,
      extra,
      set: (path: Path, next: unknown) => onChange(withValueAt(value, path, next)),
    }),
    [schema, errors, secretReferences, extra, onChange, value],
  );
  const stray = strayErrors(errors, schema);
  return (
    <div className="grid gap-5">
      {stray.length > 0 && (
        <Notice tone="danger" title="This cannot be taken yet" live>
          <ul>
            {stray.map((error, index) => (
              <li key={index}>{error.message}</li>
            ))}
          </ul>
        </Notice>
      )}
      <SchemaField schema={schema} value={value} path={[]} name="" isRequired context={context} />
      {name !== undefined && <input type="hidden" name={name} value={JSON.stringify(value ?? null)} />}
    </div>
  );
}
