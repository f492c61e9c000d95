import { severities, type Severity, type Verdict } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { DecisionMatrix, DecisionRow, Fallback } from "#lib/domain/playbook-rule.ts";

/** A row that matched, with the table that it stands in. */
export type Matched = { row: DecisionRow; matrix: DecisionMatrix };

/** What a set of matched rows comes to. */
export type Outcome = {
  verdict: Verdict;
  severity: Severity;
  deadlineMinutes: number | null;
  window: string | null;
  procedures: readonly string[];
  /** What made the verdict, the deciding one first; what it refined stands in `before`. */
  rules: readonly (Matched | Fallback)[];
  /** Rows that matched beside them, wanted something else, and lost. */
  outranked: readonly Matched[];
  /** What tables that refine were asked about; null where none had a say. */
  before: Outcome | null;
};

/** Where rows of one rank disagree, the lower number holds: the safer advice. A checked playbook has no such rows. */
const caution: Record<Verdict, number> = { rollback: 0, evaluate: 1, hotfix: 2, fix_forward: 3, monitor: 4 };

/** By rank; within a rank the safer verdict first, so that the first one that matches decides. */
export function inOrder<T extends Matched>(rows: readonly T[]): T[] {
  return rows.toSorted(
    (a, b) =>
      a.row.rank - b.row.rank ||
      caution[a.row.verdict] - caution[b.row.verdict] ||
      (a.row.id < b.row.id ? -1 : 1),
  );
}

/** What the matched rows, in order, come to; `settled`: no row that might still match is left. Pure. */
export function outcomeOf(playbook: Playbook, matched: readonly Matched[], settled: boolean): Outcome {
  const primary = matched.filter((one) => !one.matrix.refines);
  const base =
    primary.length === 0
      ? fromFallback(settled ? playbook.otherwise : playbook.undecided)
      : fromRows(primary, null);
  const refining = matched.filter((one) => refines(one.matrix, base));
  return refining.length === 0 ? base : fromRows(refining, base);
}

function refines(matrix: DecisionMatrix, base: Outcome): boolean {
  const { refines: asked } = matrix;
  if (!asked?.verdicts.includes(base.verdict)) return false;
  return !asked.severities || asked.severities.includes(base.severity);
}

function fromFallback(fallback: Fallback): Outcome {
  const { verdict, severity, deadlineMinutes, window, procedures } = fallback;
  const none = { outranked: [], before: null };
  return { verdict, severity, deadlineMinutes, window, procedures, rules: [fallback], ...none };
}

function fromRows(ordered: readonly Matched[], before: Outcome | null): Outcome {
  const verdict = ordered[0]?.row.verdict ?? "evaluate";
  const agreeing = ordered.filter((one) => one.row.verdict === verdict);
  const rows = agreeing.map((one) => one.row);
  const clocks = rows.flatMap((row) => (row.deadlineMinutes === null ? [] : [row.deadlineMinutes]));
  const kept = before?.verdict === verdict ? before.procedures : [];
  return {
    verdict,
    severity: before?.severity ?? worst(rows.map((row) => row.severity)),
    deadlineMinutes: clocks.length > 0 ? Math.min(...clocks) : (before?.deadlineMinutes ?? null),
    window: rows.find((row) => row.window !== null)?.window ?? before?.window ?? null,
    procedures: [...new Set([...rows.flatMap((row) => row.procedures), ...kept])],
    rules: agreeing,
    outranked: ordered.filter((one) => one.row.verdict !== verdict),
    before,
  };
}

function worst(found: readonly Severity[]): Severity {
  return severities.find((severity) => found.includes(severity)) ?? "P3";
}

/** What an outcome tells people to do, and by when, as text: equal where two outcomes say the same. */
export function adviceOf(outcome: Outcome): string {
  const { verdict, severity, deadlineMinutes, window, procedures } = outcome;
  return [verdict, severity, deadlineMinutes, window, ...procedures].join(" ");
}
