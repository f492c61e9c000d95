import type { CheckId } from "#lib/domain/checklist.ts";
import type { DependencyVerdict } from "#lib/domain/dependency.ts";
import type { Answer, Check } from "#lib/workflows/check.ts";
import type { Preparation } from "#lib/workflows/load-preparation.ts";

/** Whether what stands around the version can live with it. */
export const checksOfTheSurroundings = {
  dependencies_compatible: dependenciesCompatible,
  schema_compatible: schemaCompatible,
} satisfies Partial<Record<CheckId, Check>>;

/** Both ways: whom the services that move need, and who needs them. */
function dependenciesCompatible({ beside }: Preparation): Answer {
  const told = (verdict: DependencyVerdict): string =>
    beside.flatMap((one) => (one.verdict === verdict ? [one.why] : [])).join(" ");
  if (beside.some((one) => one.verdict === "incompatible")) {
    const moves = beside
      .filter((one) => one.mustMove)
      .map((one) => `${one.name}${one.candidates.length > 0 ? ` (${one.candidates.join(", ")})` : ""}`);
    return {
      ok: false,
      evidence: told("incompatible"),
      ...(moves.length > 0
        ? { advice: `Take back too, or choose another version: ${moves.join("; ")}.` }
        : {}),
    };
  }
  if (beside.some((one) => one.verdict === "unknown")) return { ok: null, evidence: told("unknown") };
  return {
    ok: true,
    evidence: told("compatible") || "It depends on no other service, and none depends on it.",
  };
}

function schemaCompatible({ from, to, scope }: Preparation): Answer {
  const before = from.artifacts?.migrationHead ?? null;
  const after = to.artifacts.migrationHead;
  if (before === after)
    return { ok: true, evidence: `Both versions run on the schema ${after ?? "without a name"}.` };
  if (scope.includes("database"))
    return { ok: true, evidence: `The database goes back too, to ${after ?? "before any migration"}.` };
  return {
    ok: false,
    evidence: `The schema is at ${before ?? "an unknown place"}; ${to.version} was made for ${after ?? "none"}.`,
  };
}
