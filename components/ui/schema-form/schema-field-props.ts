import type { ReactNode } from "react";
import type { Path, PathError } from "#components/ui/schema-form/form-value.ts";
import type { JsonSchema } from "#components/ui/schema-form/json-schema.ts";

export type FormContext = {
  root: JsonSchema;
  errors: readonly PathError[];
  secretReferences: readonly string[];
  set: (path: Path, value: unknown) => void;
  /** What stands below the fields of an object whose schema says `x-extra`. */
  extra: ((name: string, value: unknown, path: Path) => ReactNode) | undefined;
};
export type SchemaFieldProps = {
  schema: JsonSchema;
  value: unknown;
  path: Path;
  name: string;
  isRequired: boolean;
  context: FormContext;
};
