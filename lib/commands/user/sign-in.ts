import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { openSession, type Visitor } from "#lib/commands/session/open-session.ts";
import { checkPassword } from "#lib/commands/user/check-password.ts";
import { lockUser } from "#lib/commands/user/lock-user.ts";
import { forgetAttempts } from "#lib/commands/user/sign-in-throttle.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { Email, Password } from "#lib/domain/user.ts";
import { clock as machineClock, type Clock } from "#lib/platform/clock.ts";

const Credentials = z.object({ email: Email, password: Password });

/**
 * Signs in with e-mail address and password and gives the new session's secret, which only the cookie may hold.
 * Throws INVALID, UNAUTHENTICATED, or THROTTLED with `retryAfterSeconds`.
 */
export async function signIn(
  raw: unknown,
  visitor: Visitor,
  clock: Clock = machineClock,
): Promise<{ userId: string; secret: string }> {
  const { email, password } = parseInput(Credentials, raw);
  const { address } = visitor;
  const { userId, passwordHash } = await checkPassword(
    { email, password, address, method: "password" },
    clock,
  );
  return startSession(
    { kind: "system", id: "web" },
    { userId, passwordHash, email, ...visitor, at: clock.now().toISOString() },
  );
}

const StartSession = z.strictObject({
  userId: z.string(),
  passwordHash: z.string(),
  email: Email,
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  at: z.iso.datetime(),
});

const startSession = command({
  name: "user.sign-in",
  input: StartSession,
  load: async (tx, { userId }) => ({ place: null, loaded: await lockUser(tx, userId) }),
  run: async ({ tx, input, loaded: user }) => {
    // The password was checked before this transaction began: it must still be the one, and the account active.
    if (user.passwordHash !== input.passwordHash || user.disabledAt) {
      throw new Refusal("UNAUTHENTICATED", "The e-mail address or the password is not right.");
    }
    const at = new Date(input.at);
    const { sessionId, secret } = await openSession(tx, user.id, input, at);
    await forgetAttempts(tx, input.email, input.address, at);
    const data = { email: user.email, method: "password", address: input.address, session: sessionId };
    return {
      result: { userId: user.id, secret },
      events: [{ type: "user.signed_in", subject: { kind: "user", id: user.id }, data }],
    };
  },
});
