import type { Playbook, PlaybookFault } from "#lib/domain/playbook.ts";
import { authorityGaps } from "#lib/domain/playbook-check-authority.ts";
import { conditionFaults } from "#lib/domain/playbook-check-conditions.ts";
import { procedureCycles, procedureFaults } from "#lib/domain/playbook-check-procedures.ts";
import { danglingNames, duplicates } from "#lib/domain/playbook-check-references.ts";
import { proofFaults } from "#lib/domain/playbook-proof.ts";

/** What is wrong with a document that has the right shape. Empty: it can be used. Pure. */
export function checkPlaybook(playbook: Playbook): PlaybookFault[] {
  const conditions = conditionFaults(playbook);
  return [
    ...duplicates(playbook),
    ...danglingNames(playbook),
    ...conditions,
    ...authorityGaps(playbook),
    ...procedureFaults(playbook),
    ...procedureCycles(playbook),
    // What compares with nothing that exists cannot be proved anything about.
    ...(conditions.length === 0 ? proofFaults(playbook) : []),
  ];
}
