import { evaluate } from "#lib/domain/condition.ts";
import { defaultScope } from "#lib/domain/build-plan-scope.ts";
import type { Facts } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";
import type { Component } from "#lib/domain/service.ts";

export type Scenario = Playbook["scenarios"][number];
export type OfferedProcedure = { procedure: Procedure; isOffered: boolean };

/** The procedures that the verdict offers first, in its order, then the others of the playbook that reach something here. */
export function proceduresFor(
  playbook: Playbook,
  offered: readonly string[],
  registered: readonly Component[],
): OfferedProcedure[] {
  const isUsable = (one: Procedure) => defaultScope(one, registered).length > 0;
  const first = offered.flatMap(
    (id) => playbook.procedures.find((one) => one.id === id && isUsable(one)) ?? [],
  );
  const rest = playbook.procedures.filter((one) => !first.includes(one) && isUsable(one));
  return [
    ...first.map((procedure) => ({ procedure, isOffered: true })),
    ...rest.map((procedure) => ({ procedure, isOffered: false })),
  ];
}

/** The procedure that undoes the way in which the version came, unless the verdict offers only others. */
export function byStrategy(
  playbook: Pick<Playbook, "strategies">,
  strategy: string,
  offered: readonly string[],
): string | undefined {
  const id = playbook.strategies.find((row) => row.deployedBy === strategy)?.procedure;
  return id !== undefined && (offered.length === 0 || offered.includes(id)) ? id : undefined;
}

/** The scenarios of the playbook that the recorded facts describe. */
export function scenariosFor(playbook: Playbook, facts: Facts): Scenario[] {
  return playbook.scenarios.filter(
    (one) => one.matches && evaluate(one.matches, { facts, heldFor: noDuration }).state === "yes",
  );
}
const noDuration = () => ({ seconds: 0 });
