"use client";

import { Plus, X } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Code } from "#components/ui/code.tsx";
import { Field } from "#components/ui/field.tsx";
import { HintText } from "#components/ui/hint-text.tsx";
import { Input } from "#components/ui/input.tsx";
import { NumberInput } from "#components/ui/number-input.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Question } from "#components/ui/question.tsx";
import { errorAt, initialValue, readNumber, type Path } from "#components/ui/schema-form/form-value.ts";
import type { FormContext, SchemaFieldProps } from "#components/ui/schema-form/schema-field-props.ts";
import { JsonField } from "#components/ui/schema-form/json-field.tsx";
import {
  fieldKind,
  labelFromName,
  resolveSchema,
  type JsonSchema,
} from "#components/ui/schema-form/json-schema.ts";
import { ListField } from "#components/ui/schema-form/list-field.tsx";
import { ObjectFields } from "#components/ui/schema-form/object-fields.tsx";
import { RecordField } from "#components/ui/schema-form/record-field.tsx";
import { VariantsField } from "#components/ui/schema-form/variants-field.tsx";
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
  const hint = schema.description === undefined ? undefined : <HintText>{schema.description}</HintText>;
  const common = { label, hint, error, optional };
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
            hint ??
            "Where the worker finds it: stored:NAME, env:LASTGOOD_SECRET_NAME or file:/path. Never the secret itself."
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
                placeholder="stored:NAME"
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
            hint={hint}
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
                label: schema["x-labels"]?.[String(each)] ?? labelFromName(String(each)),
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
      const extra = schema["x-extra"] && context.extra?.(schema["x-extra"], value, path);
      const fields = (
        <>
          <ObjectFields
            properties={field.properties}
            value={value}
            path={path}
            context={context}
            Entry={SchemaField}
          />
          {extra}
        </>
      );
      if (path.length === 0 || name === "") return <div className="grid gap-4">{fields}</div>;
      const canBeLeftOut =
        optional && schema.default === undefined && field.properties.some(([, , isNeeded]) => isNeeded);
      const isLeftOut = canBeLeftOut && (value === undefined || value === null);
      return (
        <Question {...common}>
          {!isLeftOut && (
            <div className="grid gap-4 border-l border-line-soft pt-1 pl-3 sm:pl-4">{fields}</div>
          )}
          {canBeLeftOut && (
            <Button
              className="mt-1 w-fit"
              icon={isLeftOut ? <Plus aria-hidden /> : <X aria-hidden />}
              onClick={() => set(path, isLeftOut ? asGiven(schema, root) : empty)}
            >
              {isLeftOut ? `Give ${inSentence(label)}` : `Leave ${inSentence(label)} out`}
            </Button>
          )}
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
    case "variants":
      return (
        <VariantsField
          {...common}
          error={error ?? tagError(field.variants, path, context)}
          variants={field.variants}
          isOpen={schema["x-choose"] === true}
          empty={empty}
          value={value}
          path={path}
          context={context}
          Entry={SchemaField}
        />
      );
    case "json":
      return <JsonField {...common} value={value} onChange={(next) => set(path, next ?? empty)} />;
  }
}

/** "TLS" stays as it is, "Recovery" becomes "recovery". */
function inSentence(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

/** An object that could be left out, as it is when somebody begins to fill it in. */
function asGiven(schema: JsonSchema, root: JsonSchema): unknown {
  return initialValue({ type: "object", ...pick(schema) }, root);
}

function pick({ properties, required }: JsonSchema): JsonSchema {
  return { ...(properties ? { properties } : {}), ...(required ? { required } : {}) };
}

/** What is said of the constant that tells variants apart: it has no control but the list of them. */
function tagError(variants: readonly JsonSchema[], path: Path, { root, errors }: FormContext): string | null {
  const tags = new Set(
    variants.flatMap((each) =>
      Object.entries(resolveSchema(each, root).properties ?? {})
        .filter(([, property]) => property.const !== undefined)
        .map(([name]) => name),
    ),
  );
  return [...tags].map((name) => errorAt(errors, [...path, name])).find((one) => one !== null) ?? null;
}
