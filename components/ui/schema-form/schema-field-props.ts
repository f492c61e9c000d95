import type { Path, PathError } from "#components/ui/schema-form/form-value.ts";
import type { JsonSchema } from "#components/ui/schema-form/json-schema.ts";

export type FormContext = {
  root: JsonSchema;
  errors: readonly PathError[];
  secretReferences: readonly string[];
  set: (path: Path, value: unknown) => void;
};
export type SchemaFieldProps = {
  schema: JsonSchema;
  value: unknown;
  path: Path;
  name: string;
  isRequired: boolean;
  context: FormContext;
};
