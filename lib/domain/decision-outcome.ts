import { severities, type Severity, type Verdict } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { DecisionMatrix, DecisionRow, Fallback } from "#lib/domain/playbook-rule.ts";

/** A row that matched, with the table that it stands in. */
export type Matched = { row: DecisionRow; matrix: DecisionMatrix };

/** What a set of matched rows comes to. `rules`: what made the verdict, the deciding one first. */
export type Outcome = {
  verdict: Verdict;
  severity: Severity;
  deadlineMinutes: number | null;
  window: string | null;
  procedures: readonly string[];
  rules: readonly (Matched | Fallback)[];
  outranked: readonly Matched[];
};

/** Where rows of one rank disagree, the lower number holds: the safer advice. */
const caution: Record<Verdict, number> = { rollback: 0, evaluate: 1, hotfix: 2, fix_forward: 3, monitor: 4 };

/** What the matched rows come to; `settled`: no row that might still match is left. Pure. */
export function outcomeOf(playbook: Playbook, matched: readonly Matched[], settled: boolean): Outcome {
  const primary = inOrder(matched.filter((one) => !one.matrix.refines));
  const base =
    primary.length === 0
      ? fromFallback(settled ? playbook.otherwise : playbook.undecided)
      : fromRows(primary, null);
  const refining = inOrder(matched.filter((one) => refines(one.matrix, base)));
  return refining.length === 0 ? base : fromRows(refining, base);
}

function refines(matrix: DecisionMatrix, base: Outcome): boolean {
  const { refines: asked } = matrix;
  if (!asked?.verdicts.includes(base.verdict)) return false;
  return !asked.severities || asked.severities.includes(base.severity);
}

/** By rank; within a rank the safer verdict first, so that the first one decides. */
function inOrder(matched: readonly Matched[]): Matched[] {
  return matched.toSorted(
    (a, b) =>
      a.row.rank - b.row.rank ||
      caution[a.row.verdict] - caution[b.row.verdict] ||
      (a.row.id < b.row.id ? -1 : 1),
  );
}

function fromFallback(fallback: Fallback): Outcome {
  const { verdict, severity, deadlineMinutes, window, procedures } = fallback;
  return { verdict, severity, deadlineMinutes, window, procedures, rules: [fallback], outranked: [] };
}

function fromRows(ordered: readonly Matched[], base: Outcome | null): Outcome {
  const verdict = ordered[0]?.row.verdict ?? "evaluate";
  const agreeing = ordered.filter((one) => one.row.verdict === verdict);
  const rows = agreeing.map((one) => one.row);
  const clocks = rows.flatMap((row) => (row.deadlineMinutes === null ? [] : [row.deadlineMinutes]));
  const keepsBase = base?.verdict === verdict;
  return {
    verdict,
    severity: base?.severity ?? worst(rows.map((row) => row.severity)),
    deadlineMinutes: clocks.length > 0 ? Math.min(...clocks) : (base?.deadlineMinutes ?? null),
    window: rows.find((row) => row.window !== null)?.window ?? base?.window ?? null,
    procedures: [
      ...new Set([...rows.flatMap((row) => row.procedures), ...(keepsBase ? base.procedures : [])]),
    ],
    rules: [...agreeing, ...(base?.rules ?? [])],
    outranked: [...ordered.filter((one) => one.row.verdict !== verdict), ...(base?.outranked ?? [])],
  };
}

function worst(found: readonly Severity[]): Severity {
  return severities.find((severity) => found.includes(severity)) ?? "P3";
}

/** Whether two outcomes tell people to do the same, by the same time. */
export function sameAdvice(a: Outcome, b: Outcome): boolean {
  return (
    a.verdict === b.verdict &&
    a.severity === b.severity &&
    a.deadlineMinutes === b.deadlineMinutes &&
    a.window === b.window &&
    a.procedures.length === b.procedures.length &&
    a.procedures.every((id, at) => id === b.procedures[at])
  );
}
