import type { UserActor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { lowerRole, Role, roleWithin, type Grant } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";

export type Authority = { grants: Grant[]; cap: { role: Role; system: string } | null };

/**
 * Reads what a person may do, from rows that this transaction then holds against change: a revocation that commits
 * first is seen, one that comes later waits. Throws UNAUTHENTICATED when the account, session or token is gone.
 */
export async function readAuthority(tx: Tx, actor: UserActor, now: Date): Promise<Authority> {
  const users = await tx.$queryRaw<{ disabled_at: Date | null }[]>`
    SELECT disabled_at FROM user_account WHERE id = ${actor.id} FOR SHARE`;
  const user = users[0];
  if (!user || user.disabled_at) throw new Refusal("UNAUTHENTICATED", "This account is not active.");
  const cap = await readCap(tx, actor, now);
  const rows = await tx.$queryRaw<{ role: string; system: string; expires_at: Date | null }[]>`
    SELECT role, system, expires_at FROM role_grant WHERE user_id = ${actor.id} FOR SHARE`;
  const grants = rows.map((row) => ({
    role: Role.parse(row.role),
    system: row.system,
    expiresAt: row.expires_at,
  }));
  return { grants, cap };
}

async function readCap(tx: Tx, actor: UserActor, now: Date): Promise<Authority["cap"]> {
  if (actor.via.kind === "cli") return null;
  if (actor.via.kind === "session") {
    const rows = await tx.$queryRaw<{ ok: boolean }[]>`
      SELECT revoked_at IS NULL AND expires_at > ${now} AS ok FROM session
      WHERE id = ${actor.via.sessionId} AND user_id = ${actor.id} FOR SHARE`;
    if (!rows[0]?.ok) throw new Refusal("UNAUTHENTICATED", "This session has ended. Sign in again.");
    return null;
  }
  const rows = await tx.$queryRaw<{ ok: boolean; role: string; system: string }[]>`
    SELECT revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${now}) AS ok, role, system FROM api_token
    WHERE id = ${actor.via.tokenId} AND user_id = ${actor.id} FOR SHARE`;
  const token = rows[0];
  if (!token?.ok) throw new Refusal("UNAUTHENTICATED", "This token has expired or was revoked.");
  return { role: Role.parse(token.role), system: token.system };
}

/** The role held within a system (null: everywhere), after the token's own limits. */
export function heldRole(authority: Authority, system: string | null, now: Date): Role | null {
  const held = roleWithin(authority.grants, system, now);
  if (!held || !authority.cap) return held;
  if (authority.cap.system !== "*" && authority.cap.system !== system) return null;
  return lowerRole(held, authority.cap.role);
}

/** The highest role held in any system at all: the first, coarse question, asked before input is looked at. */
export function bestRole(authority: Authority, now: Date): Role | null {
  const systems = new Set(authority.grants.map((grant) => grant.system));
  let best: Role | null = null;
  for (const system of systems) {
    const held = heldRole(authority, system === "*" ? (authority.cap?.system ?? "*") : system, now);
    if (held && (best === null || lowerRole(held, best) === best)) best = held;
  }
  return best;
}
