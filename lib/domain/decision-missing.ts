import { adviceOf, outcomeOf, type Matched, type Outcome } from "#lib/domain/decision-outcome.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

/** A row, and whether it matches; `unknown`: the facts that could still settle that. */
export type Judged = Matched & { state: "yes" | "no" | "unknown"; unknown: readonly string[] };

/**
 * Facts to ask next, in the playbook's order: answer one and the advice may change, at once or when the others of its
 * row are answered too. What matters only after another verdict is asked once that verdict is there, and for how long
 * something has held once it is known to hold. `ordered`: every row, in order; `outcome`: what it comes to now. Pure.
 */
export function missingFacts(
  playbook: Playbook,
  ordered: readonly Judged[],
  outcome: Outcome,
  settled: boolean,
): string[] {
  const now = adviceOf(outcome);
  const adviceOfRows = (isIn: (one: Judged) => boolean, isSettled: boolean): string =>
    adviceOf(outcomeOf(playbook, ordered.filter(isIn), isSettled));
  // Each answer may be the last one that "nothing matches" has waited for.
  const waits = adviceOfRows((one) => one.state === "yes", true) !== now;
  const decisive = ordered.filter((one) => {
    if (one.state !== "unknown") return false;
    if (waits && !one.matrix.refines) return true;
    return adviceOfRows((other) => other.state === "yes" || other === one, settled) !== now;
  });
  const unknown = new Set(decisive.flatMap((one) => one.unknown));
  return playbook.facts.map((fact) => fact.id).filter((id) => unknown.has(id));
}
