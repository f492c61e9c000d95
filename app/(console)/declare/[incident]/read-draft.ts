import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { IncidentView, RollbackView } from "#lib/domain/view.ts";
import { getIncident } from "#lib/queries/incident/get.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";

/**
 * The incident and the draft that its plan and checklist are about: the one named, or the one that there is. What is no
 * draft any more is shown where it lives; without any, one is made at the choice of a target. `href`: go there.
 */
export async function readDraft(
  actor: Actor,
  id: string,
  named: string | undefined,
): Promise<{ incident: IncidentView; rollback: RollbackView } | { href: string }> {
  const incident = await getIncident(actor, id);
  const found = named ?? incident.rollbacks.find((one) => one.state === "draft")?.number;
  if (found === undefined) return { href: `/declare/${incident.number}` };
  const rollback = await getRollback(actor, found);
  if (rollback.incident !== incident.id) {
    throw new Refusal("NOT_FOUND", "This incident has no such rollback.");
  }
  if (rollback.state !== "draft") return { href: `/rollbacks/${rollback.number}` };
  return { incident, rollback };
}
