import type { FieldKind } from "#components/ui/schema-form/json-schema.ts";

type Properties = Extract<FieldKind, { kind: "object" }>["properties"];

/** So many fields are read at one glance; more are split. */
const atOnce = 8;
/** Fewer are not worth a press. */
const worthHiding = 4;

/** What has to be filled in, and what can be left as it is. A short form, or one in which nothing is needed, stays whole. */
export function splitFields(properties: Properties): { needed: Properties; rest: Properties } {
  const needed = properties.filter(([, , isRequired]) => isRequired);
  const rest = properties.filter(([, , isRequired]) => !isRequired);
  return properties.length > atOnce && needed.length > 0 && rest.length >= worthHiding
    ? { needed, rest }
    : { needed: properties, rest: [] };
}
