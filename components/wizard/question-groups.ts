import type { FactQuestion } from "#components/wizard/answers.ts";
import { comparisons } from "#lib/domain/condition.ts";
import type { Severity, Verdict } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { DecisionMatrix } from "#lib/domain/playbook-rule.ts";

/** Questions that one table of the playbook asks first. `waitsFor`: asked only after one of these verdicts. */
export type QuestionGroup = {
  id: string;
  title: string;
  questions: FactQuestion[];
  waitsFor: readonly Verdict[] | null;
};

/** Fewer than these need no headings between them. */
const fewQuestions = 10;

/**
 * The questions under the table that asks them first, in the playbook's order, so that a long playbook can be taken in.
 * Questions of no table (they only inform triggers or scenarios) stand last. A table that refines a verdict waits for it.
 */
export function questionGroups(
  playbook: Pick<Playbook, "matrices">,
  questions: readonly FactQuestion[],
  said: { verdict: Verdict; severity: Severity },
): QuestionGroup[] {
  const groups = playbook.matrices.map((matrix): QuestionGroup & { asks: ReadonlySet<string> } => ({
    id: matrix.id,
    title: matrix.title,
    questions: [],
    waitsFor: matrix.refines && !isAsked(matrix, said) ? matrix.refines.verdicts : null,
    asks: new Set(matrix.rows.flatMap((row) => comparisons(row.when).map((one) => one.fact))),
  }));
  const rest: FactQuestion[] = [];
  for (const question of questions) {
    const names = [question.answer, question.lasting].flatMap((one) => one?.definition.id ?? []);
    const group = groups.find((one) => names.some((name) => one.asks.has(name)));
    (group?.questions ?? rest).push(question);
  }
  const asked = groups.filter((group) => group.questions.length > 0).map(({ asks: _, ...group }) => group);
  const other: QuestionGroup[] =
    rest.length > 0 ? [{ id: "more", title: "For the record", questions: rest, waitsFor: null }] : [];
  const all = [...asked, ...other];
  const isShort = questions.length < fewQuestions && all.every((group) => group.waitsFor === null);
  return isShort ? [{ id: "all", title: "", questions: [...questions], waitsFor: null }] : all;
}

function isAsked({ refines }: DecisionMatrix, said: { verdict: Verdict; severity: Severity }): boolean {
  if (!refines) return true;
  return (
    refines.verdicts.includes(said.verdict) &&
    (refines.severities === undefined || refines.severities.includes(said.severity))
  );
}
