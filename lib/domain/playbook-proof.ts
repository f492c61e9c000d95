import { BandMap } from "#lib/domain/condition-bands.ts";
import { exampleOf, formulaOf, solve, type Effort, type Formula } from "#lib/domain/condition-solver.ts";
import type { FactValue } from "#lib/domain/incident.ts";
import type { Playbook, PlaybookFault } from "#lib/domain/playbook.ts";
import type { DecisionMatrix, DecisionRow } from "#lib/domain/playbook-rule.ts";

type Placed = {
  row: DecisionRow;
  matrix: DecisionMatrix;
  path: string;
  holds: Formula;
  holdsNot: Formula;
};

/** Looks at a formula, not time, so that the same document is judged the same everywhere: about a fifth of a second. */
const mostEffort = 400_000;
const mostFaults = 100;

/**
 * Proves that every combination of answers reaches one verdict: no two rows that compete with the same rank and want
 * different verdicts can hold at once. A pair that can is a fault with a combination that meets both; so are rows that
 * nothing meets, or that always lose, as far as that shows quickly. For conditions without other faults. Pure.
 */
export function proofFaults(playbook: Playbook): PlaybookFault[] {
  const conditions = playbook.matrices.flatMap((matrix) => matrix.rows.map((row) => row.when));
  const map = new BandMap(playbook.facts, conditions);
  const rows = playbook.matrices.flatMap((matrix, m) =>
    matrix.rows.map((row, r) => ({
      row,
      matrix,
      path: `matrices.${m}.rows.${r}`,
      holds: formulaOf(row.when, map),
      holdsNot: formulaOf(row.when, map, "not yes"),
    })),
  );
  const found = overlaps(rows, map);
  return found.length > 0 ? found : [...idleRows(rows, map), ...idleTables(playbook)];
}

function overlaps(rows: readonly Placed[], map: BandMap): PlaybookFault[] {
  const faults: PlaybookFault[] = [];
  const effort: Effort = { left: mostEffort, each: map.costOfALook };
  for (const [earlier, later] of rivals(rows)) {
    const solution = solve([earlier.holds, later.holds], map, effort);
    if (solution === "unsettled") return [...faults, tooIntricate(earlier, later)];
    if (solution === null) continue;
    const [a, b] = [earlier.row, later.row];
    faults.push({
      path: later.path,
      message: `"${b.id}" says ${b.verdict} where "${a.id}" says ${a.verdict}, both with rank ${b.rank}: both hold ${withAnswers(exampleOf(solution, map), map)}.`,
    });
    if (faults.length >= mostFaults) return faults;
  }
  return faults;
}

/** Pairs of rows that compete: the same rank, different verdicts, in tables that are asked together. */
function* rivals(rows: readonly Placed[]): Generator<[Placed, Placed]> {
  const byRank = new Map<number, Placed[]>();
  for (const later of rows) {
    const sameRank = byRank.get(later.row.rank) ?? [];
    for (const earlier of sameRank) {
      const isSame = earlier.row.verdict === later.row.verdict;
      if (!isSame && areAskedTogether(earlier.matrix, later.matrix)) yield [earlier, later];
    }
    byRank.set(later.row.rank, [...sameRank, later]);
  }
}

function tooIntricate(earlier: Placed, later: Placed): PlaybookFault {
  return {
    path: later.path,
    message: `The conditions are too intricate to prove that "${later.row.id}" and "${earlier.row.id}" never hold at once. Give them different ranks, or simpler conditions.`,
  };
}

/** Whether one verdict can lead to both tables. */
function areAskedTogether(a: DecisionMatrix, b: DecisionMatrix): boolean {
  if (!a.refines || !b.refines) return !a.refines && !b.refines;
  const { verdicts, severities } = b.refines;
  return (
    a.refines.verdicts.some((one) => verdicts.includes(one)) &&
    (!a.refines.severities || !severities || a.refines.severities.some((one) => severities.includes(one)))
  );
}

/** Rows that no combination meets, and rows that another verdict of a lower rank always takes; as far as the effort goes. */
function idleRows(rows: readonly Placed[], map: BandMap): PlaybookFault[] {
  const effort: Effort = { left: mostEffort, each: map.costOfALook };
  return rows.flatMap((one) => {
    const { row, path, holds } = one;
    if (effort.left <= 0) return [];
    if (solve([holds], map, effort) === null) {
      return [{ path: `${path}.when`, message: `No combination of answers meets "${row.id}".` }];
    }
    if (counts(one, rows, map, effort)) return [];
    const message = `"${row.id}" never counts: whatever meets it is decided by rows of a lower rank that want something else.`;
    return [{ path, message }];
  });
}

/** Whether a row may decide, or agree with one that does. */
function counts(one: Placed, rows: readonly Placed[], map: BandMap, effort: Effort): boolean {
  const { row, matrix, holds } = one;
  const lower = rows.filter((other) => other.row.rank < row.rank);
  const agreeing = lower.filter(
    (other) => other.row.verdict === row.verdict && areAskedTogether(other.matrix, matrix),
  );
  const against = lower.filter(
    (other) => other.row.verdict !== row.verdict && isAlwaysAskedWith(other.matrix, matrix),
  );
  return [one, ...agreeing].some((decider) => {
    const before = against.filter((other) => other.row.rank < decider.row.rank);
    effort.left -= lower.length;
    const none = before.map((other) => other.holdsNot);
    return effort.left <= 0 || solve([holds, decider.holds, ...none], map, effort) !== null;
  });
}

function isAlwaysAskedWith(other: DecisionMatrix, matrix: DecisionMatrix): boolean {
  return other === matrix || (!other.refines && !matrix.refines);
}

/** Tables that refine verdicts which nothing reaches. */
function idleTables(playbook: Playbook): PlaybookFault[] {
  const said = [
    ...playbook.matrices.flatMap((matrix) => (matrix.refines ? [] : matrix.rows)),
    playbook.otherwise,
    playbook.undecided,
  ];
  return playbook.matrices.flatMap(({ id, refines }, m) => {
    if (!refines) return [];
    const isReached = said.some(
      ({ verdict, severity }) =>
        refines.verdicts.includes(verdict) && (refines.severities?.includes(severity) ?? true),
    );
    if (isReached) return [];
    return [{ path: `matrices.${m}.refines`, message: `Nothing that "${id}" refines is ever decided.` }];
  });
}

/** A combination in words, short enough for the message of a fault. */
function withAnswers(example: readonly { at: number; value: FactValue }[], map: BandMap): string {
  const answers = example.map(({ at, value }) => {
    const dimension = map.dimensions[at];
    if (!dimension) return "";
    return dimension.held === null
      ? `${dimension.fact} = ${String(value)}`
      : `"${dimension.held}" held for ${String(value)} s`;
  });
  return answers.length === 0 ? "whatever is answered" : `with ${answers.join(", ")}`;
}
