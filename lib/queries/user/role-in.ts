import type { UserActor } from "#lib/domain/actor.ts";
import type { Role } from "#lib/domain/role.ts";
import { heldRole } from "#lib/queries/authority/held-role.ts";
import { currentAuthority } from "#lib/queries/authority/may-read.ts";

/** The role that somebody holds in a system now (null: everywhere), for showing what they may do; commands ask again. */
export async function roleIn(actor: UserActor, system: string | null): Promise<Role | null> {
  const now = new Date();
  return heldRole(await currentAuthority(actor, now), system, now);
}
