import type { Actor } from "#lib/domain/actor.ts";
import { readAuthority as rows, type ReadName } from "#lib/domain/authority.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { covers } from "#lib/domain/role.ts";
import { bestRole, heldRole } from "#lib/queries/authority/held-role.ts";
import { currentAuthority } from "#lib/queries/authority/may-read.ts";

/** The systems whose things this actor may read: all of them, or those named. */
export type ReadableSystems = "*" | readonly string[];

/** Where the actor may read by this row of the authority table. Throws UNAUTHENTICATED or FORBIDDEN when nowhere. */
export async function readableSystems(actor: Actor, name: ReadName): Promise<ReadableSystems> {
  if (actor.kind === "system") return "*";
  const row = rows[name];
  const now = new Date();
  const held = await currentAuthority(actor, now);
  const everywhere = heldRole(held, null, now);
  if (everywhere !== null && covers(everywhere, row.role)) return "*";
  const forbidden = new Refusal("FORBIDDEN", `Reading this needs the role ${row.role.replaceAll("_", " ")}.`);
  if (row.scope === "global") throw forbidden;
  const best = bestRole(held, now);
  if (best === null || !covers(best, row.role)) throw forbidden;
  const named =
    held.cap && held.cap.system !== "*" ? [held.cap.system] : held.grants.map((grant) => grant.system);
  return [...new Set(named)].filter((system) => {
    const role = heldRole(held, system, now);
    return role !== null && covers(role, row.role);
  });
}

/** Throws NOT_FOUND for a thing in a system that the actor may not read: its existence is nobody else's business. */
export function requireReadable(systems: ReadableSystems, system: string, what: string): void {
  if (systems === "*" || systems.includes(system)) return;
  throw new Refusal("NOT_FOUND", `There is no ${what} with this id.`);
}

/** A Prisma condition on `service.system`. */
export function inSystems(systems: ReadableSystems): { system?: { in: string[] } } {
  return systems === "*" ? {} : { system: { in: [...systems] } };
}
