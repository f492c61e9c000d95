import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { RevokeToken } from "#lib/domain/token.ts";

/** Ends a token, at once: one's own, or as an admin anyone's. Throws NOT_FOUND, WRONG_STATE when it has ended already. */
export const revokeToken = command({
  name: "token.revoke",
  input: RevokeToken,
  load: async (tx, input) => ({
    place: null,
    loaded: await tx.token.findUnique({ where: { id: input.token }, include: { user: true } }),
  }),
  run: async ({ tx, actor, loaded: token, role, now }) => {
    const isTheirs = actor.kind === "system" || actor.id === token?.userId || role === "admin";
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
