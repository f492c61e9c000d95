import type { TriedPlace, TriedSituation } from "#components/playbook/tried-situation.ts";
import { answersOf, knownOf, questionsOf, type FactQuestion } from "#components/wizard/answers.ts";
import type { Decision } from "#lib/domain/decision.ts";
import type { Facts, Severity } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { tryPlaybook } from "#lib/domain/try-playbook.ts";

const nothingMeasured = { facts: {}, measuredAt: {} };
/** A made-up situation has no clock that runs: what counts is how long there is to decide. */
const began = 0;

export type Tried = {
  playbook: Playbook;
  /** Without a deadline, which would run. */
  decision: Decision;
  severityByRules: Severity;
  /** Minutes to decide, where the rules set a clock. */
  minutes: number | null;
  facts: Facts;
  questions: FactQuestion[];
};

/** What a playbook makes of a situation as it is typed. Pure. */
export function trySituation(
  playbook: Playbook,
  situation: TriedSituation,
  { environment }: TriedPlace,
): Tried {
  const answers = answersOf(playbook.facts, situation.answers, nothingMeasured, began);
  const facts = knownOf(answers);
  const byRules = tryPlaybook(playbook, { facts, environment }, new Date(began));
  const { severity } = situation;
  const decision =
    severity === null ? byRules : tryPlaybook(playbook, { facts, environment, severity }, new Date(began));
  return {
    playbook,
    decision: { ...decision, deadline: null, overdue: false },
    severityByRules: byRules.severity,
    minutes: decision.deadline === null ? null : (Date.parse(decision.deadline) - began) / 60_000,
    facts,
    questions: questionsOf(answers),
  };
}
