import type { Playbook } from "#lib/domain/playbook.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";
import type { ScopeRule } from "#lib/domain/playbook-rule.ts";
import { components, type Component } from "#lib/domain/service.ts";

/** How far a rollback may reach here: a scope of the playbook with what of it is registered and the way there. */
export type Reach = { rule: ScopeRule; scope: Component[]; procedure: Procedure };

/** The scopes of the playbook that reach something that is registered here, by a procedure that covers it. */
export function reachesFor(
  playbook: Pick<Playbook, "scopes" | "procedures">,
  registered: readonly Component[],
): Reach[] {
  return playbook.scopes.flatMap((rule) => {
    const wanted = rule.components ?? components;
    const present = components.filter((one) => wanted.includes(one) && registered.includes(one));
    const named = playbook.procedures.find((one) => one.id === rule.procedure);
    const procedure = named ?? playbook.procedures.find((one) => covers(one, present)) ?? null;
    if (procedure === null) return [];
    const scope = present.filter((one) => procedure.components.includes(one));
    return scope.length === 0 ? [] : [{ rule, scope, procedure }];
  });
}

function covers(procedure: Procedure, scope: readonly Component[]): boolean {
  return scope.length > 0 && scope.every((one) => procedure.components.includes(one));
}
