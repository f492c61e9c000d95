import type { CheckId } from "#lib/domain/checklist.ts";
import { checklistItems, type ItemSpec } from "#lib/domain/checklist-items.ts";
import type { PreparedItem } from "#lib/commands/rollback/prepare.ts";
import type { Answer, Check } from "#lib/workflows/check.ts";
import { checksOfTheHouse } from "#lib/workflows/checks-of-the-house.ts";
import { checksOfTheOutcome } from "#lib/workflows/checks-of-the-outcome.ts";
import { checksOfThePeople } from "#lib/workflows/checks-of-the-people.ts";
import { checksOfTheSurroundings } from "#lib/workflows/checks-of-the-surroundings.ts";
import { checksOfTheTargets } from "#lib/workflows/checks-of-the-targets.ts";
import { checksOfTheVersion } from "#lib/workflows/checks-of-the-version.ts";
import type { Preparation } from "#lib/workflows/load-preparation.ts";
import type { Planning } from "#lib/workflows/plan-targets.ts";
import { validate } from "#lib/workflows/validate.ts";

/** Every check that runs itself, by the name that playbooks give it. */
export const checks: Record<CheckId, Check> = {
  ...checksOfTheVersion,
  ...checksOfTheTargets,
  ...checksOfTheHouse,
  ...checksOfTheSurroundings,
  ...checksOfThePeople,
  ...checksOfTheOutcome,
};

/** Every item of the rollback's checklists; what must be so before it starts and a machine can check has been. */
export function runChecklist(asked: Preparation, planning: Planning): Promise<PreparedItem[]> {
  const isNow = ({ gate }: ItemSpec): boolean => gate === "submit" || gate === "execute";
  return Promise.all(
    specsOf(asked).map(async (spec) =>
      prepared(spec, isNow(spec) ? await look(spec, asked, planning) : null),
    ),
  );
}

/** Looks again at these items alone; null, at all that a machine can check. */
export async function lookAgain(
  asked: Preparation,
  planning: Planning,
  ids: readonly string[],
): Promise<{ id: string; state: PreparedItem["state"]; evidence: string; advice: string | null }[]> {
  const specs = specsOf(asked).filter((spec) => ids.includes(spec.id));
  const looked = await Promise.all(
    specs.map(async (spec) => {
      const answer = await look(spec, asked, planning);
      if (answer === null) return [];
      const { id, state, evidence, advice } = prepared(spec, answer);
      return [{ id, state, evidence: evidence ?? "", advice }];
    }),
  );
  return looked.flat();
}

function specsOf({ playbook, rollback, scope }: Preparation): ItemSpec[] {
  return checklistItems(playbook, { procedure: rollback.procedure, scope, drill: rollback.drill });
}

/** Null: a person looks. */
async function look({ by }: ItemSpec, asked: Preparation, planning: Planning): Promise<Answer | null> {
  switch (by.kind) {
    case "check":
      return checks[by.check](asked, planning);
    case "point":
      return validate(by.point, asked);
    case "person":
      return null;
  }
}

function prepared({ by, ...spec }: ItemSpec, answer: Answer | null): PreparedItem {
  const isFine = answer?.ok === true;
  return {
    ...spec,
    kind: by.kind === "person" ? "manual" : "automatic",
    state: answer === null || answer.ok === null ? "open" : isFine ? "done" : "failed",
    evidence: answer?.evidence ?? null,
    advice: isFine ? null : (answer?.advice ?? spec.advice),
  };
}
