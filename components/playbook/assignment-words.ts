import type { AssignmentEffect } from "#lib/domain/assignment-effect.ts";

/** A service, and what it would mean for it to follow a playbook, as the API tells it. */
export type ServiceRow = AssignmentEffect & {
  id: string;
  name: string;
  system: string;
  playbook: string;
  mayChange: boolean;
  open: string[];
};

/** What to reckon with when a service follows another playbook from now on, one sentence each. */
export function assignmentWords(service: Pick<ServiceRow, "open" | "uncovered" | "automatic">): string[] {
  const { open, uncovered, automatic } = service;
  return [
    ...(open.length > 0
      ? [
          `${open.join(", ")} ${open.length === 1 ? "keeps the playbook that it" : "keep the playbook that they"} began with.`,
        ]
      : []),
    ...(uncovered.length > 0
      ? [
          `No procedure of it takes back ${uncovered.join(", ").replaceAll("_", " ")}, which this service has.`,
        ]
      : []),
    ...(automatic
      ? [
          `Automatic rollback is on in ${automatic.environments.join(", ")}: ${
            automatic.triggers === 1 ? "one trigger" : `${automatic.triggers} triggers`
          } of it may roll back there.`,
        ]
      : []),
  ];
}
