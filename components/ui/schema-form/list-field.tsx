"use client";

import { Plus, X } from "lucide-react";
import type { ComponentType, ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { Question } from "#components/ui/question.tsx";
import { initialValue, type Path } from "#components/ui/schema-form/form-value.ts";
import { fieldKind, type JsonSchema } from "#components/ui/schema-form/json-schema.ts";
import type { FormContext, SchemaFieldProps } from "#components/ui/schema-form/schema-field-props.ts";

type ListFieldProps = {
  label: string;
  hint: ReactNode;
  error: string | null;
  optional: boolean;
  items: JsonSchema;
  value: unknown;
  path: Path;
  context: FormContext;
  Entry: ComponentType<SchemaFieldProps>;
};

/** A list of texts, or of whole objects: add at the end, remove any. */
export function ListField({
  label,
  hint,
  error,
  optional,
  items,
  value,
  path,
  context,
  Entry,
}: ListFieldProps) {
  const entries: unknown[] = Array.isArray(value) ? (value as unknown[]) : [];
  const { kind } = fieldKind(items, context.root);
  const isWide = kind === "object" || kind === "variants";
  const one = label.toLowerCase().replace(/ies$/, "y").replace(/s$/, "");
  return (
    <Question label={label} hint={hint} error={error} optional={optional}>
      <ol className={isWide ? "grid gap-4" : "grid gap-2"}>
        {entries.map((entry, index) => {
          const title = `${one.charAt(0).toUpperCase()}${one.slice(1)} ${index + 1}`;
          const shown = (
            <Entry
              schema={kind === "object" ? items : { ...items, title }}
              value={entry}
              path={[...path, index]}
              name=""
              isRequired
              context={context}
            />
          );
          const remove = (
            <Button
              look="quiet"
              size="icon"
              className={isWide ? "absolute -top-1.5 right-0" : ""}
              aria-label={`Remove ${one} ${index + 1}`}
              onClick={() =>
                context.set(
                  path,
                  entries.filter((_, at) => at !== index),
                )
              }
            >
              <X aria-hidden className="size-4" />
            </Button>
          );
          return isWide ? (
            <li key={index} className="relative border-l-2 border-line-soft pt-1 pl-3 sm:pl-4">
              {kind === "object" ? (
                <Question label={<span className="font-strong">{title}</span>}>{shown}</Question>
              ) : (
                shown
              )}
              {remove}
            </li>
          ) : (
            <li key={index} className="grid grid-cols-[1fr_auto] items-end gap-2">
              {shown}
              {remove}
            </li>
          );
        })}
      </ol>
      <Button
        className="mt-1 w-fit"
        icon={<Plus aria-hidden />}
        onClick={() => context.set(path, [...entries, initialValue(items, context.root) ?? ""])}
      >
        Add {one}
      </Button>
    </Question>
  );
}
