"use client";

import type { ComponentType, ReactNode } from "react";
import { HintText } from "#components/ui/hint-text.tsx";
import { Question } from "#components/ui/question.tsx";
import { initialValue, variantOf, type Path } from "#components/ui/schema-form/form-value.ts";
import { resolveSchema, variantName, type JsonSchema } from "#components/ui/schema-form/json-schema.ts";
import type { FormContext, SchemaFieldProps } from "#components/ui/schema-form/schema-field-props.ts";
import { Select } from "#components/ui/select.tsx";

type VariantsFieldProps = {
  label: string;
  hint: ReactNode;
  error: string | null;
  optional: boolean;
  variants: readonly JsonSchema[];
  /** Nothing is taken until somebody has chosen. */
  isOpen: boolean;
  empty: null | undefined;
  value: unknown;
  path: Path;
  context: FormContext;
  Entry: ComponentType<SchemaFieldProps>;
};

/** One of several forms: a list to choose from, what the chosen one is, and its fields. */
export function VariantsField(props: VariantsFieldProps) {
  const { label, hint, error, optional, variants, isOpen, empty, value, path, context, Entry } = props;
  const { root, set } = context;
  const mayBeNone = optional || isOpen;
  const chosen = variantOf(value, variants, root) ?? (mayBeNone ? null : 0);
  const variant = chosen === null ? undefined : variants[chosen];
  return (
    <Question
      label={<span className="font-strong">{label}</span>}
      hint={hint}
      error={error}
      optional={optional}
    >
      <div className="grid gap-3 border-l border-line-soft pt-1 pl-3 sm:pl-4">
        <Select
          aria-label={`Kind of ${label.toLowerCase()}`}
          {...(mayBeNone ? { placeholder: optional ? "Not set" : "Choose" } : {})}
          choices={variants.map((each, index) => ({
            value: String(index),
            label: variantName(each, root, index),
            ...groupOf(each, root),
          }))}
          value={chosen === null ? "" : String(chosen)}
          onChange={(event) => {
            const next = event.target.value === "" ? undefined : variants[Number(event.target.value)];
            set(path, next ? initialValue(next, root) : isOpen ? {} : empty);
          }}
        />
        {variant?.description && (
          <p className="text-secondary">
            <HintText>{variant.description}</HintText>
          </p>
        )}
        {variant && (
          <Entry
            key={chosen}
            schema={withoutTags(variant, root)}
            value={value}
            path={path}
            name=""
            isRequired
            context={context}
          />
        )}
      </div>
    </Question>
  );
}

function groupOf(variant: JsonSchema, root: JsonSchema): { group?: string } {
  const group = resolveSchema(variant, root)["x-group"];
  return group === undefined ? {} : { group };
}

/** The constant that tells a variant from the others is chosen by the list above it, not shown again. */
function withoutTags(variant: JsonSchema, root: JsonSchema): JsonSchema {
  const schema = resolveSchema(variant, root);
  if (!schema.properties) return schema;
  const shown = Object.entries(schema.properties).filter(([, property]) => property.const === undefined);
  return { ...schema, properties: Object.fromEntries(shown) };
}
