import type { UserActor } from "#lib/domain/actor.ts";
import { isAccepted } from "#lib/domain/approval-capacity.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Role } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { capacitiesOf } from "#lib/queries/approval/capacities.ts";

type Asked = {
  system: string;
  /** Held in that system. */
  role: Role;
  now: Date;
  rules: Pick<Playbook["authority"]["emergency"], "roles" | "onCall">;
  holds: "for deciding" | "for showing";
};

/** Whether somebody may invoke an emergency in a system now: by their own role, or on call where the playbook says so. */
export async function mayInvoke(
  tx: Tx,
  actor: UserActor,
  { system, role, now, rules, holds }: Asked,
): Promise<boolean> {
  const capacities = await capacitiesOf(tx, actor, { system, role, now }, holds);
  // A lent role counts for approvals alone.
  return capacities.some((one) => one.kind !== "delegation" && isAccepted([rules], one));
}
