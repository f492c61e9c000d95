import type { Matched, Outcome } from "#lib/domain/decision-outcome.ts";
import type { Verdict } from "#lib/domain/incident.ts";

/** How it came out where rows share a rank, disagree, or were refined; null where one row alone decides. */
export function explain(outcome: Outcome): string | null {
  const { before } = outcome;
  const own = ranking(outcome);
  if (!before) return own === null ? null : `${own}.`;
  const [first] = outcome.rules;
  const turned =
    first && "row" in first && before.verdict !== outcome.verdict
      ? `${first.matrix.title}: ${first.row.id} makes that ${said(outcome.verdict)}`
      : null;
  const sentences = [ranking(before), turned, own].filter((one) => one !== null);
  return sentences.length === 0 ? null : `${sentences.join(". ")}.`;
}

function ranking(outcome: Outcome): string | null {
  const rows = outcome.rules.filter((one): one is Matched => "row" in one);
  const rank = rows[0]?.row.rank;
  const deciding = rows.filter((one) => one.row.rank === rank).map((one) => one.row.id);
  if (rank === undefined || (deciding.length < 2 && outcome.outranked.length === 0)) return null;
  const decision =
    deciding.length < 2
      ? `${deciding.join()} decides with rank ${rank}`
      : `${listed(deciding)} share rank ${rank} and agree on ${said(outcome.verdict)}`;
  return [decision, ...outcome.outranked.map((one) => lost(one, rank))].join("; ");
}

function lost({ row }: Matched, rank: number): string {
  const why = row.rank === rank ? "has the same rank and asks for less caution" : `has rank ${row.rank}`;
  return `${row.id} says ${said(row.verdict)} but ${why}`;
}

function listed(ids: readonly string[]): string {
  return `${ids.slice(0, -1).join(", ")} and ${ids.at(-1) ?? ""}`;
}

function said(verdict: Verdict): string {
  return verdict.replace("_", " ");
}
