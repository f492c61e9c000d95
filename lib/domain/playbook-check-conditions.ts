import { kindOf, type Comparison, type Condition } from "#lib/domain/condition.ts";
import { factFault, type FactDefinition } from "#lib/domain/fact.ts";
import type { Playbook, PlaybookFault } from "#lib/domain/playbook.ts";

type Placed = { path: string; condition: Condition; isTrigger: boolean };

/** Faults of every condition: facts that do not exist, words that do not fit their kind, ranges that nothing meets. */
export function conditionFaults(playbook: Playbook): PlaybookFault[] {
  const facts = new Map(playbook.facts.map((fact) => [fact.id, fact]));
  return conditionsOf(playbook).flatMap(({ path, condition, isTrigger }) =>
    leaves(condition, path).flatMap((leaf) => comparisonFaults(leaf, facts, isTrigger)),
  );
}

/** Every condition of the document with its path. */
function conditionsOf(playbook: Playbook): Placed[] {
  const placed = (path: string, condition: Condition | undefined, isTrigger = false): Placed[] =>
    condition ? [{ path, condition, isTrigger }] : [];
  return [
    ...playbook.matrices.flatMap((matrix, m) =>
      matrix.rows.flatMap((row, r) => placed(`matrices.${m}.rows.${r}.when`, row.when)),
    ),
    ...playbook.triggers.flatMap((one, i) => placed(`triggers.${i}.condition`, one.condition, true)),
    ...playbook.scenarios.flatMap((one, i) => placed(`scenarios.${i}.matches`, one.matches)),
    ...playbook.validation.flatMap((one, i) =>
      placed(`validation.${i}.by.when`, one.by.kind === "facts" ? one.by.when : undefined),
    ),
    ...playbook.monitoring.metrics.flatMap((one, i) => placed(`monitoring.metrics.${i}.within`, one.within)),
    ...playbook.authority.emergency.criteria.flatMap((one, i) =>
      placed(`authority.emergency.criteria.${i}.when`, one.when),
    ),
    ...playbook.procedures.flatMap((procedure, p) =>
      Object.entries(procedure.phases).flatMap(([phase, steps]) =>
        steps.flatMap((step, s) => placed(`procedures.${p}.phases.${phase}.${s}.onlyWhen`, step.onlyWhen)),
      ),
    ),
  ];
}

function leaves(condition: Condition, path: string): { comparison: Comparison; path: string }[] {
  if ("all" in condition) return condition.all.flatMap((one, i) => leaves(one, `${path}.all.${i}`));
  if ("any" in condition) return condition.any.flatMap((one, i) => leaves(one, `${path}.any.${i}`));
  if ("not" in condition) return leaves(condition.not, `${path}.not`);
  return "always" in condition ? [] : [{ comparison: condition, path }];
}

function comparisonFaults(
  { comparison, path }: { comparison: Comparison; path: string },
  facts: ReadonlyMap<string, FactDefinition>,
  isTrigger: boolean,
): PlaybookFault[] {
  const fact = facts.get(comparison.fact);
  if (!fact) return [{ path: `${path}.fact`, message: `There is no fact "${comparison.fact}".` }];
  const faults: PlaybookFault[] = [];
  const expected = fact.type === "yes_no" || fact.type === "choice" ? "an answer" : "a number";
  if ((expected === "a number") !== (kindOf(comparison) === "number")) {
    faults.push({ path, message: `"${fact.id}" is compared with ${expected}.` });
  } else {
    faults.push(...valueFaults(comparison, fact, path));
  }
  if (isTrigger && fact.signal === undefined) {
    faults.push({
      path: `${path}.fact`,
      message: `"${fact.id}" has no signal, so nothing can trigger on it.`,
    });
  }
  if (!isTrigger && comparison.for && fact.heldFor === undefined) {
    faults.push({
      path: `${path}.for`,
      message: `"${fact.id}" names no fact (heldFor) that says for how long it has held.`,
    });
  }
  return faults;
}

function valueFaults(c: Comparison, fact: FactDefinition, path: string): PlaybookFault[] {
  const values = [
    ...(["above", "atLeast", "below", "atMost", "is"] as const).flatMap((word) => {
      const value = c[word];
      return value === undefined ? [] : [{ word, value }];
    }),
    ...(c.oneOf ?? []).map((value) => ({ word: "oneOf" as const, value })),
  ];
  const faults = values.flatMap(({ word, value }) => {
    const fault = factFault(fact, value);
    return fault === null ? [] : [{ path: `${path}.${word}`, message: fault }];
  });
  const low = Math.max(c.above ?? -Infinity, c.atLeast ?? -Infinity);
  const high = Math.min(c.below ?? Infinity, c.atMost ?? Infinity);
  const excludesItsEnd = c.above === low || c.below === high;
  if (low > high || (low === high && excludesItsEnd)) {
    faults.push({ path, message: "No value can meet this range." });
  }
  return faults;
}
