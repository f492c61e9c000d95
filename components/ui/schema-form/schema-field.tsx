"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Code } from "#components/ui/code.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { NumberInput } from "#components/ui/number-input.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Question } from "#components/ui/question.tsx";
import {
  errorAt,
  initialValue,
  readNumber,
  valueAt,
  variantOf,
} from "#components/ui/schema-form/form-value.ts";
import type { SchemaFieldProps } from "#components/ui/schema-form/schema-field-props.ts";
import { JsonField } from "#components/ui/schema-form/json-field.tsx";
import {
  fieldKind,
  labelFromName,
  resolveSchema,
  variantName,
  type JsonSchema,
} from "#components/ui/schema-form/json-schema.ts";
import { ListField } from "#components/ui/schema-form/list-field.tsx";
import { RecordField } from "#components/ui/schema-form/record-field.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

/** One schema as one control, or as a group of them. */
export function SchemaField({ schema: given, value, path, name, isRequired, context }: SchemaFieldProps) {
  const { root, set } = context;
  const schema = resolveSchema(given, root);
  const field = fieldKind(schema, root);
  const label = schema.title ?? labelFromName(name);
  const optional = !isRequired || field.isNullable;
  const error = errorAt(context.errors, path);
  const common = { label, hint: schema.description, error, optional };
  const empty = field.isNullable ? null : undefined;
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  const setText = (next: string) => set(path, next === "" ? empty : next);

  switch (field.kind) {
    case "text":
      return (
        <Field {...common}>
          {(control) => (
            <Input
              {...control}
              mono={schema.format !== undefined || schema.pattern !== undefined}
              type={schema.format === "uri" ? "url" : schema.format === "email" ? "email" : "text"}
              maxLength={schema.maxLength}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      );
    case "multiline":
      return (
        <Field {...common}>
          {(control) => (
            <Textarea
              {...control}
              maxLength={schema.maxLength}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      );
    case "secret":
      return (
        <Field
          {...common}
          hint={
            schema.description ??
            "Where the worker finds it: env:NAME, file:/path or stored:name. Never the secret itself."
          }
        >
          {(control) => (
            <>
              <Input
                {...control}
                mono
                spellCheck={false}
                autoCapitalize="off"
                list={`${control.id}-known`}
                placeholder="env:NAME"
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
              <datalist id={`${control.id}-known`}>
                {context.secretReferences.map((reference) => (
                  <option key={reference} value={reference} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      );
    case "integer":
    case "number":
      return (
        <Field {...common}>
          {(control) => (
            <NumberInput
              {...control}
              {...(schema["x-unit"] === undefined ? {} : { unit: schema["x-unit"] })}
              inputMode={field.kind === "integer" ? "numeric" : "decimal"}
              step={field.kind === "integer" ? 1 : "any"}
              min={schema.minimum}
              max={schema.maximum}
              value={text}
              onChange={(event) => set(path, readNumber(event.target.value) ?? empty)}
            />
          )}
        </Field>
      );
    case "boolean":
      return field.isNullable || (optional && schema.default === undefined) ? (
        <Question {...common}>
          <RadioGroup
            row
            label={label}
            choices={[
              { value: "true", label: "Yes" },
              { value: "false", label: "No" },
              { value: "", label: "Not known" },
            ]}
            value={typeof value === "boolean" ? String(value) : ""}
            onValueChange={(next) => set(path, next === "" ? empty : next === "true")}
          />
        </Question>
      ) : (
        <div>
          <Checkbox
            label={label}
            hint={schema.description}
            checked={value === true}
            onCheckedChange={(next) => set(path, next)}
          />
          {error && <p className="text-state-danger-text">{error}</p>}
        </div>
      );
    case "constant":
      return path.length === 0 ? null : (
        <div className="flex items-baseline gap-2">
          <span className="font-medium">{label}</span>
          <Code>{String(field.value)}</Code>
        </div>
      );
    case "enum":
      return (
        <Field {...common}>
          {(control) => (
            <Select
              {...control}
              {...(optional || value === undefined ? { placeholder: optional ? "Not set" : "Choose" } : {})}
              choices={field.values.map((each) => ({
                value: String(each),
                label: labelFromName(String(each)),
              }))}
              value={text}
              onChange={(event) =>
                set(path, field.values.find((each) => String(each) === event.target.value) ?? empty)
              }
            />
          )}
        </Field>
      );
    case "object": {
      const fields = field.properties.map(([key, each, isNeeded]) => (
        <SchemaField
          key={key}
          schema={each}
          value={valueAt(value, [key])}
          path={[...path, key]}
          name={key}
          isRequired={isNeeded}
          context={context}
        />
      ));
      const extra = schema["x-extra"] && context.extra?.(schema["x-extra"], value, path);
      if (path.length === 0 || name === "") {
        return (
          <div className="grid gap-4">
            {fields}
            {extra}
          </div>
        );
      }
      return (
        <Question {...common}>
          <div className="grid gap-4 border-l border-line-soft pt-1 pl-4">
            {fields}
            {extra}
          </div>
        </Question>
      );
    }
    case "list":
      return (
        <ListField
          {...common}
          items={field.items}
          value={value}
          path={path}
          context={context}
          Entry={SchemaField}
        />
      );
    case "record":
      return (
        <RecordField
          {...common}
          values={field.values}
          value={value}
          path={path}
          context={context}
          Entry={SchemaField}
        />
      );
    case "variants": {
      const chosen = variantOf(value, field.variants, root);
      const variant = field.variants[chosen];
      return (
        <Question {...common}>
          <div className="grid gap-3 border-l border-line-soft pt-1 pl-4">
            <Select
              aria-label={`Kind of ${label.toLowerCase()}`}
              choices={field.variants.map((each, index) => ({
                value: String(index),
                label: variantName(each, root, index),
              }))}
              value={String(chosen)}
              onChange={(event) => {
                const next = field.variants[Number(event.target.value)];
                if (next) set(path, initialValue(next, root));
              }}
            />
            {variant && (
              <SchemaField
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
    case "json":
      return <JsonField {...common} value={value} onChange={(next) => set(path, next ?? empty)} />;
  }
}

/** The constant that tells a variant from the others is chosen by the list above it, not shown again. */
function withoutTags(variant: JsonSchema, root: JsonSchema): JsonSchema {
  const schema = resolveSchema(variant, root);
  if (!schema.properties) return schema;
  const shown = Object.entries(schema.properties).filter(([, property]) => property.const === undefined);
  return { ...schema, properties: Object.fromEntries(shown) };
}
