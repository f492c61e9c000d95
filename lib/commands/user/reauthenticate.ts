import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { checkPassword } from "#lib/commands/user/check-password.ts";
import { lockUser } from "#lib/commands/user/lock-user.ts";
import { forgetAttempts } from "#lib/commands/user/sign-in-throttle.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { Password } from "#lib/domain/user.ts";
import { clock as machineClock, type Clock } from "#lib/platform/clock.ts";

const Confirmation = z.object({ password: Password });

/**
 * Confirms with the password that it is still the same person at this browser session; counts for five minutes.
 * Throws INVALID, UNAUTHENTICATED, THROTTLED; FORBIDDEN for anything but a browser session.
 */
export async function reauthenticate(
  actor: UserActor,
  raw: unknown,
  address: string | null,
  clock: Clock = machineClock,
): Promise<{ reauthenticatedAt: string }> {
  const { password } = parseInput(Confirmation, raw);
  if (actor.via.kind !== "session") {
    throw new Refusal("FORBIDDEN", "Only a browser session can be confirmed with a password.");
  }
  const check = { email: actor.email, password, address, method: "reauthentication" } as const;
  const { passwordHash } = await checkPassword(check, clock);
  return confirm(actor, { passwordHash, address, at: clock.now().toISOString() });
}

const confirm = command({
  name: "user.reauthenticate",
  input: z.strictObject({
    passwordHash: z.string(),
    address: z.string().nullable(),
    at: z.iso.datetime(),
  }),
  load: async (tx, _input, actor) => ({ place: null, loaded: await lockUser(tx, actor.id) }),
  run: async ({ tx, actor, input, loaded: user }) => {
    if (actor.kind !== "user" || actor.via.kind !== "session" || user.passwordHash !== input.passwordHash) {
      throw new Refusal("UNAUTHENTICATED", "The password is not right.");
    }
    const at = new Date(input.at);
    await tx.session.update({ where: { id: actor.via.sessionId }, data: { reauthenticatedAt: at } });
    await forgetAttempts(tx, user.email, input.address, at);
    return {
      result: { reauthenticatedAt: at.toISOString() },
      events: [
        {
          type: "user.reauthenticated",
          subject: { kind: "user", id: user.id },
          data: { email: user.email, address: input.address, session: actor.via.sessionId },
        },
      ],
    };
  },
});
