import type { Actor } from "#lib/domain/actor.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Role } from "#lib/domain/role.ts";
import type { RollbackView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { mayInvoke } from "#lib/queries/approval/may-invoke.ts";

type Where = { system: string; role: Role | null; playbook: Pick<Playbook, "authority"> };

/** By what somebody may invoke an emergency in a system, and what they will owe; null where they may not. */
export async function emergencyChoice(
  actor: Actor,
  { system, role, playbook }: Where,
): Promise<RollbackView["emergencyChoice"]> {
  if (actor.kind !== "user" || role === null) return null;
  const rules = playbook.authority.emergency;
  const asked = { system, role, now: new Date(), rules, holds: "for showing" } as const;
  if (!(await mayInvoke(db(), actor, asked))) return null;
  const { criteria, reauthenticatedMinutes, reviewHours, documentationHours } = rules;
  return {
    criteria: criteria.map(({ id, title }) => ({ id, title })),
    reauthenticatedMinutes,
    reviewHours,
    documentationHours,
  };
}
