import type { FieldError } from "#lib/domain/errors.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";
import { components, type Component } from "#lib/domain/service.ts";

export const componentTitle: Record<Component, string> = {
  code: "Code",
  configuration: "Configuration",
  database: "Database",
  knowledge_base: "Knowledge base",
  ui: "User interface",
  feature_flag: "Feature flags",
  routing: "Routing",
};

/** What a rollback takes back when nobody narrows it: all that the procedure covers and the environment has. */
export function defaultScope(procedure: Procedure, registered: readonly Component[]): Component[] {
  return components.filter((one) => procedure.components.includes(one) && registered.includes(one));
}

/** Why a scope cannot be planned: empty, not registered here, or not covered by the procedure. */
export function scopeFaults(
  procedure: Procedure,
  scope: readonly Component[],
  registered: readonly Component[],
): FieldError[] {
  if (scope.length === 0) return [{ path: "scope", message: "Nothing is in scope." }];
  return scope.flatMap((component) => {
    const title = componentTitle[component];
    if (!procedure.components.includes(component)) {
      return [{ path: "scope", message: `${title} is not covered by the procedure "${procedure.title}".` }];
    }
    if (!registered.includes(component)) {
      return [{ path: "scope", message: `${title} has no target in this environment.` }];
    }
    return [];
  });
}
