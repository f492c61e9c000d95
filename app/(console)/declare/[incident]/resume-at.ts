import { isActive } from "#lib/domain/rollback.ts";
import type { IncidentView } from "#lib/domain/view.ts";

/**
 * Where somebody who comes to choose a target has to go instead: the plan of a draft that there already is, or the
 * rollback that is on its way. Null: they are right here. `wanted`: the draft that they came to change.
 */
export function resumeAt(incident: IncidentView, wanted: string | null): string | null {
  const active = incident.rollbacks.find((one) => isActive(one.state));
  if (!active) return null;
  if (active.state !== "draft") return `/rollbacks/${active.number}`;
  return active.number === wanted ? null : `/declare/${incident.number}/plan?rollback=${active.number}`;
}
