import { evaluate, sustainedKey, valueOf, type Comparison, type Situation } from "#lib/domain/condition.ts";
import { explain } from "#lib/domain/decision-explanation.ts";
import { missingFacts, type Judged } from "#lib/domain/decision-missing.ts";
import { inOrder, outcomeOf, type Matched, type Outcome } from "#lib/domain/decision-outcome.ts";
import { knownFacts } from "#lib/domain/fact.ts";
import type { Facts, Severity, Verdict } from "#lib/domain/incident.ts";
import { procedureOf, type Playbook } from "#lib/domain/playbook.ts";
import { authorityFor, type AuthorityRule } from "#lib/domain/playbook-authority.ts";
import type { Fallback } from "#lib/domain/playbook-rule.ts";

export type DecideOptions = {
  now: Date;
  detectedAt: Date;
  /** Seconds for which a comparison has held, by `sustainedKey` or by fact name; before the answers of people. */
  sustainedFor?: Readonly<Record<string, number>>;
  /** Where it happens. Absent: judged as in a protected environment. */
  environment?: { name: string; protected: boolean };
  /** Set by a person, in place of the one that the rows come to. */
  severity?: Severity | undefined;
};

type DecidedRule = {
  id: string;
  /** The table that it stands in; null for what is said when no row matches. */
  matrix: string | null;
  rank: number | null;
  verdict: Verdict;
  severity: Severity;
  because: string;
  source: string;
};
type OfferedProcedure = {
  id: string;
  title: string;
  minutes: number;
  risk: "low" | "medium" | "high";
  downtime: number;
};

export type Decision = {
  verdict: Verdict;
  severity: Severity;
  /** RFC 3339; null where the rules set no clock. */
  deadline: string | null;
  overdue: boolean;
  window: { id: string; title: string } | null;
  authority: AuthorityRule;
  /** The rows that made the verdict, the deciding one first. */
  rules: DecidedRule[];
  /** Rows that matched, wanted something else, and lost by rank. */
  outranked: DecidedRule[];
  /** How it came out when rows disagreed; null when they did not. */
  explanation: string | null;
  procedures: OfferedProcedure[];
  /** Facts nobody has answered whose answer may change any of the above. */
  missing: string[];
};

/**
 * What the playbook says about a situation. Pure, the same in browser and server. A fact that is absent or does not
 * fit its question is unknown, which is not "no". Throws only for a playbook that was never checked.
 */
export function decide(playbook: Playbook, facts: Facts, options: DecideOptions): Decision {
  const ordered = judged(playbook, situationOf(playbook, knownFacts(playbook.facts, facts), options));
  const matched = ordered.filter((one) => one.state === "yes");
  const settled = !ordered.some((one) => one.state === "unknown" && !one.matrix.refines);
  const outcome = outcomeOf(playbook, matched, settled);
  return {
    ...clock(playbook, outcome, options),
    verdict: outcome.verdict,
    severity: options.severity ?? outcome.severity,
    authority: ruleFor(playbook, options.severity ?? outcome.severity, options),
    rules: [...outcome.rules, ...(outcome.before?.rules ?? [])].map(decidedRule),
    outranked: [...outcome.outranked, ...(outcome.before?.outranked ?? [])].map(decidedRule),
    explanation: explain(outcome),
    procedures: offered(playbook, outcome.procedures),
    missing: missingFacts(playbook, ordered, outcome, settled),
  };
}

/** Every row with what it makes of the situation, in the order in which they decide. */
function judged(playbook: Playbook, situation: Situation): Judged[] {
  const rows = playbook.matrices.flatMap((matrix) =>
    matrix.rows.map((row) => ({ row, matrix, ...evaluate(row.when, situation) })),
  );
  return inOrder(rows);
}

function situationOf(playbook: Playbook, facts: Facts, options: DecideOptions): Situation {
  const sustained = options.sustainedFor ?? {};
  const companions = new Map(playbook.facts.map((fact) => [fact.id, fact.heldFor]));
  const heldFor = (comparison: Comparison): { seconds: number } | { ask: string } => {
    for (const key of [sustainedKey(comparison), comparison.fact]) {
      const seconds = Object.hasOwn(sustained, key) ? sustained[key] : undefined;
      if (seconds !== undefined && seconds >= 0) return { seconds };
    }
    const companion = companions.get(comparison.fact);
    const answer = companion === undefined ? undefined : valueOf(facts, companion);
    return typeof answer === "number" ? { seconds: answer } : { ask: companion ?? comparison.fact };
  };
  return { facts, heldFor };
}

function clock(
  playbook: Playbook,
  outcome: Outcome,
  options: DecideOptions,
): Pick<Decision, "deadline" | "overdue" | "window"> {
  const window = playbook.windows.find((one) => one.id === outcome.window);
  const minutes = outcome.deadlineMinutes;
  const deadline = minutes === null ? null : options.detectedAt.getTime() + minutes * 60_000;
  return {
    deadline: deadline === null ? null : new Date(deadline).toISOString(),
    overdue: deadline !== null && options.now.getTime() > deadline,
    window: window ? { id: window.id, title: window.title } : null,
  };
}

function ruleFor(playbook: Playbook, severity: Severity, options: DecideOptions): AuthorityRule {
  const place = options.environment ?? { name: "production", protected: true };
  const rule = authorityFor(playbook.authority.rules, severity, place);
  if (!rule) throw new Error(`Playbook ${playbook.id} has no authority rule for ${severity}.`);
  return rule;
}

function decidedRule(rule: Matched | Fallback): DecidedRule {
  const { id, verdict, severity, because, source } = "row" in rule ? rule.row : rule;
  const [matrix, rank] = "row" in rule ? [rule.matrix.id, rule.row.rank] : [null, null];
  return { id, matrix, rank, verdict, severity, because, source };
}

/** How the procedures look in a choice: the longer figure of each span, since people plan by it. */
function offered(playbook: Playbook, ids: readonly string[]): OfferedProcedure[] {
  return ids.flatMap((id) => {
    const procedure = procedureOf(playbook, id);
    if (!procedure) return [];
    const { title, minutes, risk, downtimeMinutes } = procedure;
    return [{ id, title, minutes: minutes.to, risk, downtime: downtimeMinutes.to }];
  });
}
