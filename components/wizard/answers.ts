import { freshMs } from "#lib/domain/facts-from-signals.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";
import type { Facts, FactValue } from "#lib/domain/incident.ts";
import { factText, parseFact } from "#components/wizard/fact-text.ts";

/** What signals answer, as the API gives it. */
export type MeasuredFacts = {
  facts: Facts;
  measuredAt: Record<string, string>;
  sustainedFor: Record<string, number>;
};

/** One question with its answer so far. */
export type FactAnswer = {
  definition: FactDefinition;
  /** What stands in the field. */
  text: string;
  value: FactValue | null;
  fault: string | null;
  /** `person`: typed or chosen, also "not known"; `signal`: as measured; `nobody`: open. */
  by: "person" | "signal" | "nobody";
  /** The newest measurement, also where a person said otherwise. */
  measured: { value: FactValue; at: string } | null;
};

/**
 * Puts together what people typed and what was measured: what a person said always stands, a measurement counts while it
 * is fresh, and the rest is not known. `typed`: by fact; an empty text says "not known". `now` in milliseconds.
 */
export function answersOf(
  definitions: readonly FactDefinition[],
  typed: Readonly<Record<string, string>>,
  { facts, measuredAt }: Pick<MeasuredFacts, "facts" | "measuredAt">,
  now: number,
): FactAnswer[] {
  return definitions.map((definition) => {
    const { id } = definition;
    const at = measuredAt[id];
    const value = facts[id];
    const isFresh = at !== undefined && value !== undefined && now - Date.parse(at) <= freshMs;
    const measured = isFresh ? { value, at } : null;
    const said = Object.hasOwn(typed, id) ? typed[id] : undefined;
    if (said !== undefined)
      return { definition, text: said, ...parseFact(definition, said), by: "person", measured };
    if (measured === null) return { definition, text: "", value: null, fault: null, by: "nobody", measured };
    return {
      definition,
      text: factText(measured.value),
      value: measured.value,
      fault: null,
      by: "signal",
      measured,
    };
  });
}

/** The facts that are known: what the playbook decides from. */
export function knownOf(answers: readonly FactAnswer[]): Facts {
  return Object.fromEntries(
    answers.flatMap(({ definition, value }) => (value === null ? [] : [[definition.id, value]])),
  );
}

/** A question, with the one that asks for how long it has been so. */
export type FactQuestion = { answer: FactAnswer; lasting: FactAnswer | null };

/** The questions in the playbook's order; "for how long" stands with what it is about. */
export function questionsOf(answers: readonly FactAnswer[]): FactQuestion[] {
  const companions = new Set(answers.flatMap(({ definition }) => companionOf(definition) ?? []));
  return answers.flatMap((answer) => {
    if (companions.has(answer.definition.id)) return [];
    const companion = companionOf(answer.definition);
    return [{ answer, lasting: answers.find((one) => one.definition.id === companion) ?? null }];
  });
}

function companionOf(definition: FactDefinition): string | undefined {
  return "heldFor" in definition ? definition.heldFor : undefined;
}
