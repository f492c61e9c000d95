import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { lockUser } from "#lib/commands/user/lock-user.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { UserReference } from "#lib/domain/user.ts";

/**
 * Ends one session of a person, or all of them. The next request with one of them is refused, and open sockets close
 * within five seconds. Throws NOT_FOUND when there is none to end.
 */
export const revokeSessions = command({
  name: "session.revoke",
  input: z.strictObject({ user: UserReference, session: z.string().min(1).max(100).optional() }),
  load: async (tx, input) => ({ place: null, loaded: await lockUser(tx, input.user) }),
  run: async ({ tx, input, loaded: user, now }) => {
    const { count } = await tx.session.updateMany({
      where: {
        userId: user.id,
        revokedAt: null,
        expiresAt: { gt: now },
        ...(input.session === undefined ? {} : { id: input.session }),
      },
      data: { revokedAt: now },
    });
    if (count === 0) throw new Refusal("NOT_FOUND", "There is no open session to end.");
    const data = { email: user.email, sessions: count, session: input.session ?? null };
    return {
      result: { revoked: count },
      events: [{ type: "session.revoked", subject: { kind: "user", id: user.id }, data }],
    };
  },
});
