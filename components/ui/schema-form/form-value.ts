import { fieldKind, resolveSchema, type JsonSchema } from "#components/ui/schema-form/json-schema.ts";

export type Path = readonly (string | number)[];
export type PathError = { path: string | Path; message: string };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is at `path`, or undefined. Never looks up the prototype chain. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at) && typeof key === "number") at = at[key];
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[String(key)];
    else return undefined;
  }
  return at;
}

/** A copy with `next` at `path`; undefined removes an object's key. What lies beside the path stays the same object. */
export function withValueAt(value: unknown, path: Path, next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  if (typeof key === "number") {
    const list: unknown[] = Array.isArray(value) ? [...(value as unknown[])] : [];
    list[key] = withValueAt(list[key], rest, next);
    return list;
  }
  const entries = Object.entries(isObject(value) ? value : {});
  const inner = withValueAt(valueAt(value, [key]), rest, next);
  const isThere = entries.some(([name]) => name === key);
  const changed = entries.flatMap(([name, old]) =>
    name === key ? (inner === undefined ? [] : [[name, inner]]) : [[name, old]],
  );
  if (!isThere && inner !== undefined) changed.push([key, inner]);
  return Object.fromEntries(changed as [string, unknown][]);
}

/** The value that a new form, list entry or variant starts with: defaults and constants, and no invented answers. */
export function initialValue(given: JsonSchema, root: JsonSchema): unknown {
  const schema = resolveSchema(given, root);
  if (schema.default !== undefined) return schema.default;
  const field = fieldKind(schema, root);
  if (field.isNullable) return null;
  switch (field.kind) {
    case "constant":
      return field.value;
    case "list":
      return Array.from({ length: schema.minItems ?? 0 }, () => initialValue(field.items, root));
    case "object":
      return Object.fromEntries(
        field.properties.flatMap(([name, each, isRequired]) => {
          const inner =
            isRequired || resolveSchema(each, root).default !== undefined
              ? initialValue(each, root)
              : undefined;
          return inner === undefined ? [] : [[name, inner]];
        }),
      );
    case "record":
      return {};
    case "variants": {
      if (schema["x-choose"]) return {};
      const [first] = field.variants;
      return first === undefined ? undefined : initialValue(first, root);
    }
    default:
      return undefined;
  }
}

/** Which variant a value is: the one whose constants it carries; null where it is none of them. */
export function variantOf(value: unknown, variants: readonly JsonSchema[], root: JsonSchema): number | null {
  const typeName = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  const found = variants.findIndex((each) => {
    const schema = resolveSchema(each, root);
    const tags = Object.entries(schema.properties ?? {}).filter(
      ([, property]) => property.const !== undefined,
    );
    if (tags.length > 0) return tags.every(([name, property]) => valueAt(value, [name]) === property.const);
    return schema.type === typeName || (schema.type === "integer" && typeName === "number");
  });
  return found < 0 ? null : found;
}

/** Reads `a.b[0].c`, `a.b.0.c`, `/a/b/0/c` and arrays as one path. Digits are list positions. */
export function parsePath(path: string | Path): Path {
  if (typeof path !== "string") return path;
  const parts = path.startsWith("/")
    ? path
        .slice(1)
        .split("/")
        .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    : path.split(/[.[\]]+/);
  return parts.filter((part) => part !== "").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

const samePath = (a: Path, b: Path) =>
  a.length === b.length && a.every((key, index) => String(key) === String(b[index]));

/** The first message for exactly this path, in words for whoever fills the form in, or null. */
export function errorAt(errors: readonly PathError[], path: Path): string | null {
  const message = errors.find((error) => samePath(parsePath(error.path), path))?.message;
  return message === undefined ? null : plain(message);
}

/** Those errors whose place still holds what it held when they were told. */
export function standingErrors(
  errors: readonly PathError[],
  told: unknown,
  now: unknown,
): readonly PathError[] {
  return errors.filter(({ path }) => {
    const at = parsePath(path);
    return valueAt(told, at) === valueAt(now, at);
  });
}

/** Whether anything is wrong at this path or below it. */
export function hasErrorUnder(errors: readonly PathError[], path: Path): boolean {
  return errors.some((error) => samePath(parsePath(error.path).slice(0, path.length), path));
}

/** What a validator says of a value that is not there names types, which nobody filling in a form has to know. */
function plain(message: string): string {
  if (/received undefined$/.test(message)) return "This is needed.";
  return message.startsWith("Invalid option") ? "Choose one of these." : message;
}

/** Errors whose path leads to no control of the form: they are shown above it rather than lost. */
export function strayErrors(errors: readonly PathError[], schema: JsonSchema): PathError[] {
  return errors.filter((error) => !leadsToField(parsePath(error.path), schema, schema));
}

function leadsToField(path: Path, given: JsonSchema, root: JsonSchema): boolean {
  const [key, ...rest] = path;
  const field = fieldKind(given, root);
  if (key === undefined) return field.kind !== "object" || given !== root;
  switch (field.kind) {
    case "object": {
      const property = field.properties.find(([name]) => name === key);
      return property !== undefined && leadsToField(rest, property[1], root);
    }
    case "list":
      return typeof key === "number" && leadsToField(rest, field.items, root);
    case "record":
      return leadsToField(rest, field.values, root);
    case "variants":
      return field.variants.some((each) => leadsToField(path, each, root));
    default:
      return false;
  }
}

/** What was typed into a number field: the number, undefined where it is empty, or the text itself where it is no number. */
export function readNumber(text: string): number | string | undefined {
  if (text.trim() === "") return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
