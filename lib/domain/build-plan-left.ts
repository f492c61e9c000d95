import type { LaneInput, PlannedOperation } from "#lib/domain/build-plan-input.ts";
import { componentTitle } from "#lib/domain/build-plan-scope.ts";
import type { PlanPhase } from "#lib/domain/plan.ts";
import { components, type Component } from "#lib/domain/service.ts";

type Left = { what: string; why: string };

/** Everything that stays as it is although the version goes back, each with the reason. One entry per thing. */
export function notReverted(
  input: LaneInput,
  phases: readonly PlanPhase[],
  unused: readonly PlannedOperation[],
  procedureTitle: string,
): Left[] {
  const acting = new Set(
    phases.flatMap((phase) => phase.steps.filter((step) => step.mutating).map((step) => step.component)),
  );
  const scoped = input.planned.filter((one) => input.scope.includes(one.target.component));
  const entries = [
    ...migrations(input, acting.has("database")),
    ...scoped.flatMap((one) => one.notReverted ?? []),
    ...unused.filter(isActing).map((one) => ({
      what: one.title,
      why: `The procedure "${procedureTitle}" does not do this.`,
    })),
    ...components.flatMap((component) => untouched(input, component, acting.has(component))),
  ];
  return once(entries);
}

/** What the targets would have looked at, and nobody will, each with the reason. One entry per thing. */
export function notLookedAt(
  { scope }: LaneInput,
  unused: readonly PlannedOperation[],
  procedureTitle: string,
): Left[] {
  const looking = unused.filter((one) => !isActing(one) && scope.includes(one.target.component));
  return once(
    looking.map((one) => ({
      what: one.title,
      why: `The procedure "${procedureTitle}" does not look at this.`,
    })),
  );
}

const isActing = ({ operation }: PlannedOperation): boolean => operation.mutating;

const once = (entries: readonly Left[]): Left[] =>
  entries.filter((one, at) => entries.findIndex((other) => other.what === one.what) === at);

function migrations(input: LaneInput, databaseMoves: boolean): Left[] {
  const from = input.from.artifacts?.migrationHead ?? null;
  const to = input.to.artifacts.migrationHead;
  if (databaseMoves || from === null || from === to) return [];
  const since = to === null ? `up to ${from}` : `after ${to}, up to ${from}`;
  return [
    {
      what: `Database migrations ${since}`,
      why: `The schema stays at ${from}. ${input.to.version} must be able to run against it.`,
    },
  ];
}

function untouched(input: LaneInput, component: Component, moves: boolean): Left[] {
  if (moves || !input.registered.includes(component)) return [];
  const what = componentTitle[component];
  if (!input.scope.includes(component)) {
    return [{ what, why: "Not in the scope of this rollback: it stays as it is." }];
  }
  return [{ what, why: `Nothing is recorded that could be put back for ${input.to.version}.` }];
}
