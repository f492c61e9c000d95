"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Question } from "#components/ui/question.tsx";
import { componentTitle } from "#lib/domain/build-plan-scope.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";
import { components, type Component } from "#lib/domain/service.ts";

/** Where a component lives here. */
export type RegisteredTarget = { component: Component; adapter: string };

type ScopeChoiceProps = {
  procedure: Procedure;
  targets: readonly RegisteredTarget[];
  scope: readonly Component[];
  error: string | null;
  onChange: (scope: Component[]) => void;
};

/** What of the version is taken back: all that the procedure covers and that is registered, unless narrowed. */
export function ScopeChoice({ procedure, targets, scope, error, onChange }: ScopeChoiceProps) {
  const registered = components.filter((one) => targets.some((target) => target.component === one));
  return (
    <Question label="What is taken back" error={error}>
      {registered.map((component) => {
        const isCovered = procedure.components.includes(component);
        const own = targets.filter((target) => target.component === component);
        const adapters = [...new Set(own.map((target) => target.adapter))];
        return (
          <Checkbox
            key={component}
            label={componentTitle[component]}
            hint={isCovered ? `through ${adapters.join(", ")}` : "This procedure does not cover it."}
            checked={scope.includes(component)}
            disabled={!isCovered}
            onCheckedChange={(isIn) =>
              onChange(components.filter((one) => (one === component ? isIn : scope.includes(one))))
            }
          />
        );
      })}
    </Question>
  );
}
