import type { UserActor } from "#lib/domain/actor.ts";
import { covers, type Role } from "#lib/domain/role.ts";
import type { PersonRef } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { heldRole } from "#lib/queries/authority/held-role.ts";
import { currentAuthority } from "#lib/queries/authority/may-read.ts";
import { listSystems } from "#lib/queries/service/systems.ts";

/** Where somebody may operate, as what, and who else may there. `*` stands for everywhere at once. */
export type Reach = { system: string; role: Role; people: PersonRef[] };

/** Every system in which the reader is an operator or above, everywhere first, each with its operators by name. */
export async function colleagues(actor: UserActor): Promise<Reach[]> {
  const now = new Date();
  const [held, named] = await Promise.all([currentAuthority(actor, now), listSystems(actor)]);
  const reaches = ["*", ...named].flatMap((system) => {
    const role = heldRole(held, system === "*" ? null : system, now);
    return role !== null && covers(role, "operator") ? [{ system, role }] : [];
  });
  if (reaches.length === 0) return [];
  const rows = await db().user.findMany({
    where: { disabledAt: null },
    select: { id: true, name: true, email: true, grants: true },
    orderBy: [{ name: "asc" }, { email: "asc" }],
  });
  return reaches.map(({ system, role }) => ({
    system,
    role,
    people: rows
      .filter((row) =>
        row.grants.some(
          (grant) =>
            grant.role !== "viewer" &&
            (grant.system === "*" || grant.system === system) &&
            (grant.expiresAt === null || grant.expiresAt > now),
        ),
      )
      .map(({ id, name, email }) => ({ id, name, email })),
  }));
}
