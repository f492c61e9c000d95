"use client";

import { ChevronRight } from "lucide-react";
import { useState, type ComponentType, type ReactNode } from "react";
import { hasErrorUnder, valueAt, type Path } from "#components/ui/schema-form/form-value.ts";
import { resolveSchema, type FieldKind } from "#components/ui/schema-form/json-schema.ts";
import type { FormContext, SchemaFieldProps } from "#components/ui/schema-form/schema-field-props.ts";
import { splitFields } from "#components/ui/schema-form/split-fields.ts";

type ObjectFieldsProps = {
  properties: Extract<FieldKind, { kind: "object" }>["properties"];
  value: unknown;
  path: Path;
  context: FormContext;
  Entry: ComponentType<SchemaFieldProps>;
};

/** The fields of an object. Of a long one, what can be left as it is stands behind a disclosure. */
export function ObjectFields({ properties, value, path, context, Entry }: ObjectFieldsProps) {
  const { needed, rest } = splitFields(properties);
  const shown = (fields: typeof properties): ReactNode =>
    fields.map(([key, schema, isRequired]) => (
      <Entry
        key={key}
        schema={schema}
        value={valueAt(value, [key])}
        path={[...path, key]}
        name={key}
        isRequired={isRequired}
        context={context}
      />
    ));
  if (rest.length === 0) return shown(needed);
  const changed = rest.filter(([key, schema]) => {
    const usual = resolveSchema(schema, context.root).default;
    return JSON.stringify(valueAt(value, [key])) !== JSON.stringify(usual);
  });
  return (
    <>
      {shown(needed)}
      <MoreFields
        count={rest.length}
        changed={changed.length}
        isWrong={rest.some(([key]) => hasErrorUnder(context.errors, [...path, key]))}
      >
        {shown(rest)}
      </MoreFields>
    </>
  );
}

function MoreFields({
  count,
  changed,
  isWrong,
  children,
}: {
  count: number;
  changed: number;
  isWrong: boolean;
  children: ReactNode;
}) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details
      className="group/more min-w-0"
      open={isOpen || isWrong}
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
    >
      <summary className="flex min-h-control cursor-pointer list-none items-center gap-1.5 border-y border-line-soft py-1 font-medium hover:bg-surface-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-faint transition-transform group-open/more:rotate-90 motion-reduce:transition-none"
        />
        <span>
          {count} more settings
          <span className="font-regular text-faint">
            {changed === 0 ? ", as they usually are" : `, ${changed} of them set`}
          </span>
        </span>
      </summary>
      <div className="grid gap-4 pt-4">{children}</div>
    </details>
  );
}
