import type { Actor, UserActor } from "#lib/domain/actor.ts";
import { readAuthority as rows, type AuthorityRow, type ReadName } from "#lib/domain/authority.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { covers, Role } from "#lib/domain/role.ts";
import { db } from "#lib/platform/db/client.ts";
import { bestRole, heldRole, type Authority } from "#lib/queries/authority/held-role.ts";

/**
 * Throws FORBIDDEN unless this actor may read it: within `system` for rows of scope "service", everywhere for
 * "global", anywhere at all for "self". Throws UNAUTHENTICATED when the account, session or token is gone.
 */
export async function assertMayRead(
  actor: Actor,
  name: ReadName,
  system: string | null = null,
): Promise<void> {
  if (actor.kind === "system") return;
  const row: AuthorityRow = rows[name];
  const now = new Date();
  const held = await currentAuthority(actor, now);
  const role = row.scope === "self" ? bestRole(held, now) : heldRole(held, scopeOf(row, system), now);
  if (role === null || !covers(role, row.role)) throw forbidden(row.role);
}

/** What a person holds now, without keeping others from changing it: for reading and for showing, never for acting. */
export async function currentAuthority(actor: UserActor, now: Date): Promise<Authority> {
  const user = await db().user.findUnique({
    where: { id: actor.id },
    select: { disabledAt: true, grants: { select: { role: true, system: true, expiresAt: true } } },
  });
  if (!user || user.disabledAt) throw new Refusal("UNAUTHENTICATED", "This account is not active.");
  const grants = user.grants.map((grant) => ({ ...grant, role: Role.parse(grant.role) }));
  return { grants, cap: await currentCap(actor, now) };
}

async function currentCap(actor: UserActor, now: Date): Promise<Authority["cap"]> {
  if (actor.via.kind === "cli") return null;
  if (actor.via.kind === "session") {
    const session = await db().session.findUnique({ where: { id: actor.via.sessionId, userId: actor.id } });
    if (!session || session.revokedAt || session.expiresAt <= now) {
      throw new Refusal("UNAUTHENTICATED", "This session has ended. Sign in again.");
    }
    return null;
  }
  const token = await db().token.findUnique({ where: { id: actor.via.tokenId, userId: actor.id } });
  if (!token || token.revokedAt || (token.expiresAt && token.expiresAt <= now)) {
    throw new Refusal("UNAUTHENTICATED", "This token has expired or was revoked.");
  }
  return { role: Role.parse(token.role), system: token.system };
}

function scopeOf(row: AuthorityRow, system: string | null): string | null {
  return row.scope === "service" ? system : null;
}

function forbidden(needed: Role): Refusal {
  return new Refusal("FORBIDDEN", `This needs the role ${needed.replace("_", " ")}.`);
}
