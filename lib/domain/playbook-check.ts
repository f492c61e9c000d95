import type { Playbook, PlaybookFault } from "#lib/domain/playbook.ts";
import { conditionFaults } from "#lib/domain/playbook-check-conditions.ts";
import { procedureCycles, procedureFaults } from "#lib/domain/playbook-check-procedures.ts";
import { danglingNames, duplicates } from "#lib/domain/playbook-check-references.ts";
import { authorityGaps, contradictions } from "#lib/domain/playbook-check-rows.ts";

/** What is wrong with a document that has the right shape. Empty: it can be used. Pure. */
export function checkPlaybook(playbook: Playbook): PlaybookFault[] {
  return [
    ...duplicates(playbook),
    ...danglingNames(playbook),
    ...conditionFaults(playbook),
    ...contradictions(playbook),
    ...authorityGaps(playbook),
    ...procedureFaults(playbook),
    ...procedureCycles(playbook),
  ];
}
