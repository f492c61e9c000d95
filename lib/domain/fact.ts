import { z } from "zod";
import { FactName, valueOf } from "#lib/domain/condition.ts";
import { Refusal, type FieldError } from "#lib/domain/errors.ts";
import type { FactValue, Facts } from "#lib/domain/incident.ts";

const common = {
  id: FactName,
  question: z.string().min(1).max(300),
  help: z.string().max(1000).optional(),
  source: z.string().min(1).max(300),
};
const measured = {
  ...common,
  /** The signal that answers it before anyone has typed. */
  signal: z.string().min(1).max(100).optional(),
  /** The fact that says for how many seconds this one has been as it is; asked where a rule names a duration. */
  heldFor: FactName.optional(),
};

/** What may be asked. Each kind has one unit, so that a number means the same everywhere. */
export const FactDefinition = z.discriminatedUnion("type", [
  /** A share of requests or attempts, 0 to 100. */
  z.strictObject({ ...measured, type: z.literal("rate"), unit: z.literal("%") }),
  /** A share of a capacity, 0 to 100. */
  z.strictObject({ ...measured, type: z.literal("percent"), unit: z.literal("%") }),
  z.strictObject({ ...measured, type: z.literal("latency"), unit: z.literal("ms") }),
  z.strictObject({ ...measured, type: z.literal("duration"), unit: z.literal("s") }),
  z.strictObject({ ...measured, type: z.literal("count"), unit: z.string().min(1).max(40) }),
  /** Times the usual value: 1 is as usual. */
  z.strictObject({ ...measured, type: z.literal("multiple"), unit: z.literal("×") }),
  z.strictObject({ ...measured, type: z.literal("yes_no") }),
  z.strictObject({
    ...measured,
    type: z.literal("choice"),
    options: z
      .array(z.strictObject({ value: FactName, label: z.string().min(1).max(200) }))
      .min(2)
      .max(50),
  }),
]);
export type FactDefinition = z.infer<typeof FactDefinition>;
type FactType = FactDefinition["type"];

const ceilings: Partial<Record<FactType, number>> = { rate: 100, percent: 100 };

/** Why a value does not answer a fact, or null when it does. */
export function factFault(definition: FactDefinition, value: FactValue): string | null {
  switch (definition.type) {
    case "yes_no":
      return typeof value === "boolean" ? null : "Answer true or false.";
    case "choice": {
      const values = definition.options.map((option) => option.value);
      return typeof value === "string" && values.includes(value)
        ? null
        : `Choose one of ${values.join(", ")}.`;
    }
    case "count":
      return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
        ? null
        : `Give a whole number of ${definition.unit}, 0 or more.`;
    case "rate":
    case "percent":
    case "latency":
    case "duration":
    case "multiple": {
      const most = ceilings[definition.type];
      const fits =
        typeof value === "number" &&
        Number.isFinite(value) &&
        value >= 0 &&
        (most === undefined || value <= most);
      if (fits) return null;
      return `Give a number in ${definition.unit}${most === undefined ? ", 0 or more" : ` between 0 and ${most}`}.`;
    }
  }
}

/** Faults of a set of answers: names that the playbook does not ask, and values that do not answer. */
export function factFaults(definitions: readonly FactDefinition[], facts: Facts): FieldError[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    const definition = definitions.find((one) => one.id === name);
    if (!definition) return [{ path: `facts.${name}`, message: "The playbook does not ask this." }];
    const message = factFault(definition, value);
    return message === null ? [] : [{ path: `facts.${name}`, message }];
  });
}

/** Throws Refusal INVALID naming each answer that does not fit its question. */
export function checkFacts(definitions: readonly FactDefinition[], facts: Facts): void {
  const errors = factFaults(definitions, facts);
  const first = errors[0];
  if (first) throw new Refusal("INVALID", `${first.path}: ${first.message}`, { errors });
}

/** Only the answers that fit their questions; the rest counts as unknown. */
export function knownFacts(definitions: readonly FactDefinition[], facts: Facts): Facts {
  const known: [string, FactValue][] = [];
  for (const definition of definitions) {
    const value = valueOf(facts, definition.id);
    if (value !== undefined && factFault(definition, value) === null) known.push([definition.id, value]);
  }
  return Object.fromEntries(known);
}
