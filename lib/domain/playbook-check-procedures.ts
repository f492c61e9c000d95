import { phaseIds } from "#lib/domain/plan.ts";
import type { Playbook, PlaybookFault } from "#lib/domain/playbook.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";

/** Faults within procedures: components without an execution step, steps for components that are not covered. */
export function procedureFaults(playbook: Playbook): PlaybookFault[] {
  return playbook.procedures.flatMap((procedure, p) => [
    ...uncovered(procedure, `procedures.${p}`),
    ...foreign(procedure, `procedures.${p}`),
  ]);
}

function uncovered(procedure: Procedure, path: string): PlaybookFault[] {
  const executed = new Set(procedure.phases.execution.map((step) => step.component));
  return procedure.components
    .filter((component) => !executed.has(component))
    .map((component) => ({
      path: `${path}.components`,
      message: `No execution step of "${procedure.id}" takes ${component} back.`,
    }));
}

function foreign(procedure: Procedure, path: string): PlaybookFault[] {
  return phaseIds.flatMap((phase) =>
    procedure.phases[phase].flatMap((step, s) =>
      step.component === undefined || procedure.components.includes(step.component)
        ? []
        : [
            {
              path: `${path}.phases.${phase}.${s}.component`,
              message: `"${procedure.id}" does not cover ${step.component}.`,
            },
          ],
    ),
  );
}

/** Procedures that lead back to themselves. */
export function procedureCycles(playbook: Playbook): PlaybookFault[] {
  const next = new Map(playbook.procedures.map((one) => [one.id, one.then]));
  return playbook.procedures.flatMap((procedure, p) => {
    const way = wayBack(procedure.id, next);
    if (way === null) return [];
    return [{ path: `procedures.${p}.then`, message: `"${way.join('" leads to "')}": that never ends.` }];
  });
}

function wayBack(start: string, next: ReadonlyMap<string, readonly string[]>): string[] | null {
  const seen = new Set<string>();
  const ways: string[][] = [[start]];
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    for (const id of next.get(way.at(-1) ?? "") ?? []) {
      if (id === start) return [...way, id];
      if (seen.has(id)) continue;
      seen.add(id);
      ways.push([...way, id]);
    }
  }
  return null;
}
