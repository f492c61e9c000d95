import type { Actor } from "#lib/domain/actor.ts";
import { authority, readAuthority, type AuthorityRow } from "#lib/domain/authority.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { covers, roleTitle } from "#lib/domain/role.ts";
import { clock } from "#lib/platform/clock.ts";
import { bestRole, heldRole } from "#lib/queries/authority/held-role.ts";
import { currentAuthority } from "#lib/queries/authority/may-read.ts";
import type { Access } from "#lib/web/route.ts";

/** The row of the authority table behind an endpoint; null where anyone, or anyone signed in, may call. */
export function accessRow(access: Access): AuthorityRow | null {
  if (access === "public" || access === "signed-in") return null;
  if (access === "webhook") return authority["signal.report"];
  const rows: Record<string, AuthorityRow> = { ...authority, ...readAuthority };
  return rows[access] ?? null;
}

/**
 * The coarse question, before the input is looked at: could this person do this anywhere at all? Where exactly, the command or
 * query asks again beside the data. Throws UNAUTHENTICATED and FORBIDDEN.
 */
export async function mustBeAllowedToCall(actor: Actor, access: Access): Promise<void> {
  if (actor.kind === "system") return;
  const now = clock.now();
  const held = await currentAuthority(actor, now);
  const row = accessRow(access);
  if (row === null) return;
  const role = row.scope === "global" ? heldRole(held, null, now) : bestRole(held, now);
  if (role === null || !covers(role, row.role)) {
    throw new Refusal(
      "FORBIDDEN",
      `This needs the role ${roleTitle[row.role].toLowerCase()}. Nothing was done.`,
    );
  }
}
