import type { VerdictRow } from "#components/ui/verdict.tsx";
import { factSentence } from "#components/wizard/fact-text.ts";
import { comparisons } from "#lib/domain/condition.ts";
import type { Decision } from "#lib/domain/decision.ts";
import type { Facts } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

/** The rows that made a verdict, the deciding one first, each with the facts that it was read against. */
export function verdictRows(
  playbook: Pick<Playbook, "matrices" | "facts">,
  rules: Decision["rules"],
  facts: Facts,
): VerdictRow[] {
  return rules.map((rule, index) => ({
    id: rule.id,
    rule: rule.because,
    because: factsOf(playbook, rule.id, facts),
    isDecisive: index === 0,
  }));
}

function factsOf(playbook: Pick<Playbook, "matrices" | "facts">, id: string, facts: Facts): string[] {
  const row = playbook.matrices.flatMap((matrix) => matrix.rows).find((one) => one.id === id);
  const named = new Set((row ? comparisons(row.when) : []).map((comparison) => comparison.fact));
  return playbook.facts.flatMap((definition) => {
    const value = facts[definition.id];
    return named.has(definition.id) && value !== undefined ? [factSentence(definition, value)] : [];
  });
}
