import type { UserActor } from "#lib/domain/actor.ts";
import { clock } from "#lib/platform/clock.ts";
import { bestRole } from "#lib/queries/authority/held-role.ts";
import { currentAuthority } from "#lib/queries/authority/may-read.ts";
import { ownDuties } from "#lib/queries/on-call/own-duties.ts";

/** Who is signed in and what they hold now; a person without any role may read this too. */
export async function readMe(actor: UserActor) {
  const now = clock.now();
  const held = await currentAuthority(actor, now);
  const grants = held.grants.filter((grant) => !grant.expiresAt || grant.expiresAt > now);
  return {
    id: actor.id,
    email: actor.email,
    name: actor.name,
    via: actor.via.kind,
    role: bestRole(held, now),
    grants: grants.map((grant) => ({ ...grant, expiresAt: grant.expiresAt?.toISOString() ?? null })),
    onCall: await ownDuties(actor.id, now),
    reauthenticatedAt:
      actor.via.kind === "session" ? (actor.via.reauthenticatedAt?.toISOString() ?? null) : null,
  };
}
