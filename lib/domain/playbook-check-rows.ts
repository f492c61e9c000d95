import { canonical } from "#lib/domain/canonical.ts";
import type { Condition } from "#lib/domain/condition.ts";
import { severities } from "#lib/domain/incident.ts";
import type { Playbook, PlaybookFault } from "#lib/domain/playbook.ts";
import { authorityFor } from "#lib/domain/playbook-authority.ts";

/** Rows with the same condition and rank that want different things: nobody could say which holds. */
export function contradictions(playbook: Playbook): PlaybookFault[] {
  const seen = new Map<string, { id: string; verdict: string }>();
  return playbook.matrices.flatMap((matrix, m) =>
    matrix.rows.flatMap((row, r) => {
      const among = matrix.refines ? matrix.id : "";
      const key = `${among} ${row.rank} ${normal(row.when)}`;
      const earlier = seen.get(key);
      if (!earlier) seen.set(key, { id: row.id, verdict: row.verdict });
      if (!earlier || earlier.verdict === row.verdict) return [];
      return [
        {
          path: `matrices.${m}.rows.${r}`,
          message: `"${row.id}" says ${row.verdict} where "${earlier.id}" says ${earlier.verdict}, under the same condition and rank.`,
        },
      ];
    }),
  );
}

/** A condition as text in which the order of all and any, and of their words, does not matter. */
function normal(condition: Condition): string {
  if ("all" in condition) return `all(${parts(condition.all)})`;
  if ("any" in condition) return `any(${parts(condition.any)})`;
  if ("not" in condition) return `not(${normal(condition.not)})`;
  if ("always" in condition) return "always";
  const { oneOf, for: held, ...words } = condition;
  const given = Object.entries(words).filter((entry) => entry[1] !== undefined);
  return canonical({
    ...Object.fromEntries(given),
    ...(oneOf ? { oneOf: oneOf.toSorted() } : {}),
    ...(held ? { for: { ...held } } : {}),
  });
}

function parts(conditions: readonly Condition[]): string {
  return [...new Set(conditions.map(normal))].sort().join(",");
}

/** Severities for which no rule says who may agree. */
export function authorityGaps(playbook: Playbook): PlaybookFault[] {
  const general = playbook.authority.rules.filter((rule) => !rule.named);
  return [true, false].flatMap((isProtected) =>
    severities
      .filter((severity) => !authorityFor(general, severity, { name: "", protected: isProtected }))
      .map((severity) => ({
        path: "authority.rules",
        message: `No rule holds for ${severity} in ${isProtected ? "a protected" : "an unprotected"} environment.`,
      })),
  );
}
