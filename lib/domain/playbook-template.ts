import { z } from "zod";
import { FactName } from "#lib/domain/condition.ts";
import { Line, PartId, Source } from "#lib/domain/playbook-words.ts";

const placeholder = /\{\{([a-z][a-z0-9_]{0,63})\}\}/g;

/** A message with named places: `{{reason}}`. Every place is declared and every declared one is used. */
export const Template = z
  .strictObject({
    id: PartId,
    title: Line,
    moment: z.enum(["started", "succeeded", "failed", "update", "post_mortem"]),
    body: z.string().min(1).max(4000),
    placeholders: z.array(z.strictObject({ name: FactName, meaning: Line })).max(30),
    source: Source,
  })
  .superRefine((template, context) => {
    const used = placeholdersOf(template.body);
    const declared = template.placeholders.map((one) => one.name);
    for (const name of used.filter((one) => !declared.includes(one))) {
      context.addIssue({ code: "custom", path: ["body"], message: `{{${name}}} is not declared.` });
    }
    for (const name of declared.filter((one) => !used.includes(one))) {
      context.addIssue({ code: "custom", path: ["placeholders"], message: `${name} is never used.` });
    }
  });
export type Template = z.infer<typeof Template>;

export function placeholdersOf(body: string): string[] {
  return [...new Set([...body.matchAll(placeholder)].map((match) => match[1] ?? ""))];
}

/** Puts values in their places, once: a value that looks like a place stays text. What is missing keeps its place. */
export function fillTemplate(
  template: Pick<Template, "body">,
  values: Readonly<Record<string, string>>,
): { text: string; missing: string[] } {
  const missing = new Set<string>();
  const text = template.body.replace(placeholder, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) missing.add(name);
    return value ?? whole;
  });
  return { text, missing: [...missing] };
}
