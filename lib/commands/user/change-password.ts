import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { checkedHash } from "#lib/commands/user/checked-hash.ts";
import { checkPassword } from "#lib/commands/user/check-password.ts";
import { endAccess } from "#lib/commands/user/end-access.ts";
import { lockUser } from "#lib/commands/user/lock-user.ts";
import { forgetAttempts } from "#lib/commands/user/sign-in-throttle.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { ChangeOwnPassword } from "#lib/domain/user.ts";
import { clock } from "#lib/platform/clock.ts";

/**
 * Changes one's own password, given the present one, and ends one's other sessions. Only from a browser session.
 * Throws INVALID, UNAUTHENTICATED, THROTTLED, FORBIDDEN.
 */
export async function changeOwnPassword(
  actor: UserActor,
  raw: unknown,
  address: string | null,
): Promise<{ endedSessions: number }> {
  const { current, password } = parseInput(ChangeOwnPassword, raw);
  if (actor.via.kind !== "session") {
    throw new Refusal("FORBIDDEN", "A password is changed in a browser session.");
  }
  const check = { email: actor.email, password: current, address, method: "reauthentication" } as const;
  const { passwordHash } = await checkPassword(check, clock);
  const newHash = await checkedHash(password, actor);
  return setPassword(actor, { passwordHash, newHash, address });
}

const setPassword = command({
  name: "user.change-password",
  input: z.strictObject({
    passwordHash: z.string(),
    newHash: z.string(),
    address: z.string().nullable(),
  }),
  load: async (tx, _input, actor) => ({ place: null, loaded: await lockUser(tx, actor.id) }),
  run: async ({ tx, actor, input, loaded: user, now }) => {
    if (actor.kind !== "user" || actor.via.kind !== "session" || user.passwordHash !== input.passwordHash) {
      throw new Refusal("UNAUTHENTICATED", "The present password is not right.");
    }
    await tx.user.update({ where: { id: user.id }, data: { passwordHash: input.newHash } });
    await forgetAttempts(tx, user.email, input.address, now);
    const ended = await endAccess(tx, user.id, now, "sessions", actor.via.sessionId);
    const data = { email: user.email, changes: { password: "set anew" }, ended };
    return {
      result: { endedSessions: ended.sessions },
      events: [{ type: "user.changed", subject: { kind: "user", id: user.id }, data }],
    };
  },
});
