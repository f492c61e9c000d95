import type { Procedure } from "#lib/domain/playbook-procedure.ts";
import type { Component } from "#lib/domain/service.ts";

/** The first procedure that covers all of these components. */
export function coveringProcedure(
  procedures: readonly Procedure[],
  scope: readonly Component[],
): Procedure | undefined {
  return procedures.find((one) => scope.every((component) => one.components.includes(component)));
}
