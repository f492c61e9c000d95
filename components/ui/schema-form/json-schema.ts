/** The part of JSON Schema that `z.toJSONSchema` writes and the form reads. `x-secret` marks a reference to a secret. */
export type JsonSchema = {
  type?: string | readonly string[];
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: readonly unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: JsonSchema | boolean;
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  propertyNames?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  oneOf?: readonly JsonSchema[];
  anyOf?: readonly JsonSchema[];
  allOf?: readonly JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  "x-secret"?: boolean;
  "x-unit"?: string;
  "x-multiline"?: boolean;
  /** Names what the screen shows below an object's fields. */
  "x-extra"?: string;
  /** Under which heading a variant stands in the list of them. */
  "x-group"?: string;
  /** What the values of an enum are called; without, they are made into words. */
  "x-labels"?: Readonly<Record<string, string>>;
  /** No variant is taken until somebody has chosen one. */
  "x-choose"?: boolean;
};

export type FieldKind =
  | { kind: "text" | "secret" | "multiline" | "integer" | "number" | "boolean" | "json"; isNullable: boolean }
  | { kind: "constant"; value: unknown; isNullable: boolean }
  | { kind: "enum"; values: readonly unknown[]; isNullable: boolean }
  | { kind: "list"; items: JsonSchema; isNullable: boolean }
  | {
      kind: "object";
      properties: readonly [name: string, schema: JsonSchema, isRequired: boolean][];
      isNullable: boolean;
    }
  | { kind: "record"; values: JsonSchema; isNullable: boolean }
  | { kind: "variants"; variants: readonly JsonSchema[]; isNullable: boolean };

/** Follows `$ref` within the same document and merges a lone `allOf`. An unknown reference reads as "anything". */
export function resolveSchema(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref !== undefined) {
    const { $ref, ...own } = schema;
    const name = /^#\/(?:\$defs|definitions)\/(.+)$/.exec($ref)?.[1];
    const found = $ref === "#" ? root : name === undefined ? undefined : root.$defs?.[name];
    return found === undefined ? own : resolveSchema({ ...found, ...own }, root);
  }
  const [only, ...more] = schema.allOf ?? [];
  if (only !== undefined && more.length === 0) {
    const { allOf: _, ...own } = schema;
    return resolveSchema({ ...only, ...own }, root);
  }
  return schema;
}

/** Which control a schema asks for. What the form cannot draw becomes `json`, so that nothing is out of reach. */
export function fieldKind(given: JsonSchema, root: JsonSchema): FieldKind {
  const schema = resolveSchema(given, root);
  const types =
    schema.type === undefined ? [] : typeof schema.type === "string" ? [schema.type] : schema.type;
  const isNullType = (each: JsonSchema) => each.type === "null";
  const choices = schema.anyOf ?? schema.oneOf;
  const isNullable = types.includes("null") || (choices?.some(isNullType) ?? false);
  if (choices) {
    const variants = choices.filter((each) => !isNullType(each));
    const [first] = variants;
    if (first !== undefined && variants.length === 1) return { ...fieldKind(first, root), isNullable };
    if (variants.every((each) => resolveSchema(each, root).const !== undefined)) {
      return { kind: "enum", values: variants.map((each) => resolveSchema(each, root).const), isNullable };
    }
    return { kind: "variants", variants, isNullable };
  }
  if (schema.const !== undefined) return { kind: "constant", value: schema.const, isNullable };
  if (schema.enum) return { kind: "enum", values: schema.enum.filter((value) => value !== null), isNullable };
  const [type, ...others] = types.filter((each) => each !== "null");
  if (others.length > 0) return { kind: "json", isNullable };
  switch (type) {
    case "string":
      return {
        kind: schema["x-secret"] ? "secret" : schema["x-multiline"] ? "multiline" : "text",
        isNullable,
      };
    case "integer":
    case "number":
    case "boolean":
      return { kind: type, isNullable };
    case "array":
      return typeof schema.items === "object"
        ? { kind: "list", items: schema.items, isNullable }
        : { kind: "json", isNullable };
    case "object": {
      const required = new Set(schema.required);
      if (schema.properties && Object.keys(schema.properties).length > 0) {
        return {
          kind: "object",
          properties: Object.entries(schema.properties).map(([name, each]) => [
            name,
            each,
            required.has(name),
          ]),
          isNullable,
        };
      }
      if (
        typeof schema.additionalProperties === "object" &&
        Object.keys(schema.additionalProperties).length > 0
      ) {
        return { kind: "record", values: schema.additionalProperties, isNullable };
      }
      return { kind: schema.properties ? "object" : "json", properties: [], isNullable };
    }
    default:
      return { kind: "json", isNullable };
  }
}

/** The name that a variant goes by: its title, else the constant that tells it from the others. */
export function variantName(variant: JsonSchema, root: JsonSchema, index: number): string {
  const schema = resolveSchema(variant, root);
  if (schema.title !== undefined) return schema.title;
  const tag = Object.values(schema.properties ?? {}).find((each) => each.const !== undefined);
  if (typeof tag?.const === "string") return labelFromName(tag.const);
  return typeof schema.type === "string" ? labelFromName(schema.type) : `Form ${index + 1}`;
}

const acronyms = /\b(?:api|aws|ca|http|https|json|sql|tls|ui|url|yaml)\b/g;

/** `errorRatePercent` and `error_rate_percent` become "Error rate percent"; `isStrict` becomes "Strict", `caFile` "CA file". */
export function labelFromName(name: string): string {
  const words = name
    .replace(/^(?:is|has|can)(?=[A-Z_])/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .toLowerCase()
    .replace(/ ms$/, " (ms)")
    .replace(acronyms, (short) => short.toUpperCase())
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
