import { command } from "#lib/commands/command.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { RevokeToken } from "#lib/domain/token.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { heldRole, readAuthority } from "#lib/queries/authority/held-role.ts";

/** Ends a token, at once: one's own, or as an admin everywhere anyone's. Throws NOT_FOUND, WRONG_STATE when it has ended already. */
export const revokeToken = command({
  name: "token.revoke",
  input: RevokeToken,
  load: async (tx, input) => ({
    place: null,
    loaded: await tx.token.findUnique({ where: { id: input.token }, include: { user: true } }),
  }),
  run: async ({ tx, actor, loaded: token, now }) => {
    const isTheirs = actor.id === token?.userId || (await isAdminEverywhere(tx, actor, now));
    if (!token || !isTheirs) throw new Refusal("NOT_FOUND", "There is no such token.");
    const { count } = await tx.token.updateMany({
      where: { id: token.id, revokedAt: null },
      data: { revokedAt: now },
    });
    if (count === 0) throw new Refusal("WRONG_STATE", "This token was already revoked.");
    const data = { owner: token.userId, email: token.user.email, name: token.name };
    return {
      result: { id: token.id, revokedAt: now.toISOString() },
      events: [
        {
          type: "token.revoked",
          subject: { kind: "token", id: token.id },
          data,
          also: [{ kind: "user", id: token.userId }],
        },
      ],
    };
  },
});

async function isAdminEverywhere(tx: Tx, actor: Actor, now: Date): Promise<boolean> {
  return actor.kind === "system" || heldRole(await readAuthority(tx, actor, now), null, now) === "admin";
}
