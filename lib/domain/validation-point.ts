import {
  comparisons,
  evaluate,
  sustainedKey,
  type Comparison,
  type Situation,
} from "#lib/domain/condition.ts";
import type { Measured } from "#lib/domain/facts-from-signals.ts";
import type { FactValue } from "#lib/domain/incident.ts";
import type { Json } from "#lib/domain/json.ts";
import type { PlanStep } from "#lib/domain/plan.ts";
import type { ValidationPoint } from "#lib/domain/checklist-items.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { StepState } from "#lib/domain/rollback.ts";

/** What is known after a rollback: its verification steps as they ended, and what was measured since it switched. */
export type Afterwards = {
  playbook: Playbook;
  steps: readonly (Pick<PlanStep, "title" | "component" | "operation"> & {
    state: StepState;
    evidence: Json;
  })[];
  measured: Measured;
};

type Sight = { ok: boolean | null; evidence: string };

/** Whether a validation point holds. Null where nothing shows it: unknown is not green. Pure. */
export function lookAtPoint({ by }: ValidationPoint, after: Afterwards): Sight {
  switch (by.kind) {
    case "manual":
      return { ok: null, evidence: "A person says so." };
    case "evidence": {
      const named = after.steps.filter(
        ({ component, operation }) =>
          (by.components === undefined || (component !== null && by.components.includes(component))) &&
          (by.operations?.includes(operation) ?? true),
      );
      return seenBy(named);
    }
    case "facts": {
      const truth = evaluate(by.when, situationOf(after));
      const said = [...new Set(comparisons(by.when).map((one) => one.fact))]
        .map((fact) => spoken(fact, after))
        .join(" ");
      return { ok: truth.state === "unknown" ? null : truth.state === "yes", evidence: said };
    }
  }
}

function seenBy(steps: Afterwards["steps"]): Sight {
  if (steps.length === 0) return { ok: null, evidence: "The plan has no step that shows it." };
  const failed = steps.find((step) => step.state === "failed");
  if (failed) return { ok: false, evidence: `${failed.title}: ${saidBy(failed.evidence) || "it failed"}.` };
  const open = steps.find((step) => step.state !== "done" && step.state !== "already_done");
  if (open) return { ok: null, evidence: `${open.title}: ${openWord[open.state] ?? "it did not run"}.` };
  return {
    ok: true,
    evidence: steps.map((step) => `${step.title}: ${saidBy(step.evidence) || "passed"}.`).join(" "),
  };
}

const openWord: Partial<Record<StepState, string>> = {
  done_by_hand: "a person let it pass",
  skipped: "it was skipped",
  unknown: "it is not known how it ended",
};

function saidBy(evidence: Json): string {
  if (!Array.isArray(evidence)) return "";
  return evidence
    .flatMap((one: Json) =>
      typeof one === "object" && one !== null && !Array.isArray(one) && typeof one["detail"] === "string"
        ? [one["detail"].replace(/[.\s]+$/, "")]
        : [],
    )
    .join(", ");
}

function situationOf({ playbook, measured }: Afterwards): Situation {
  const heldFor = (comparison: Comparison): { seconds: number } | { ask: string } => {
    const seconds = measured.sustainedFor[sustainedKey(comparison)];
    if (seconds !== undefined) return { seconds };
    const companion = playbook.facts.find((fact) => fact.id === comparison.fact)?.heldFor;
    const answer = companion === undefined ? undefined : measured.facts[companion];
    return typeof answer === "number" ? { seconds: answer } : { ask: companion ?? comparison.fact };
  };
  return { facts: measured.facts, heldFor };
}

function spoken(id: string, { playbook, measured }: Afterwards): string {
  const fact = playbook.facts.find((one) => one.id === id);
  const value = measured.facts[id];
  const unit = fact && "unit" in fact ? ` ${fact.unit}` : "";
  const name = id.charAt(0).toUpperCase() + id.slice(1).replaceAll("_", " ");
  return value === undefined ? `${name}: not measured since.` : `${name}: ${wordOf(value)}${unit}.`;
}

const wordOf = (value: FactValue): string =>
  value === true ? "yes" : value === false ? "no" : String(value);
