import { severities } from "#lib/domain/incident.ts";
import type { Playbook, PlaybookFault } from "#lib/domain/playbook.ts";
import { authorityFor } from "#lib/domain/playbook-authority.ts";

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
