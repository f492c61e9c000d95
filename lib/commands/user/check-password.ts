import { recordFailedSignIn } from "#lib/commands/user/record-failed-sign-in.ts";
import { takeAttempt } from "#lib/commands/user/sign-in-throttle.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Clock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db/client.ts";
import { isPassword } from "#lib/platform/password-hash.ts";

export type PasswordCheck = {
  email: string;
  password: string;
  address: string | null;
  method: "password" | "reauthentication";
};

/**
 * The account that this address and password open, and the hash they were checked against. Takes equally long for
 * accounts that do not exist. Throws UNAUTHENTICATED, or THROTTLED with `retryAfterSeconds`; failures are recorded.
 */
export async function checkPassword(
  check: PasswordCheck,
  clock: Clock,
): Promise<{ userId: string; passwordHash: string }> {
  const { email, password, address, method } = check;
  const now = clock.now();
  const { retryAt, isRecorded } = await takeAttempt(email, address, now);
  const user = await db().user.findUnique({ where: { email } });
  const active = user !== null && user.disabledAt === null ? user : null;
  const isRight = retryAt === null && (await isPassword(password, active?.passwordHash ?? null));
  if (isRight && active?.passwordHash) return { userId: active.id, passwordHash: active.passwordHash };
  if (isRecorded) {
    await recordFailedSignIn(
      { kind: "system", id: "web" },
      {
        userId: user?.id ?? null,
        email: user?.email ?? null,
        address,
        throttledUntil: retryAt?.toISOString() ?? null,
        method,
      },
    );
  }
  if (retryAt === null) {
    throw new Refusal("UNAUTHENTICATED", "The e-mail address or the password is not right.");
  }
  const seconds = Math.max(1, Math.ceil((retryAt.getTime() - now.getTime()) / 1000));
  throw new Refusal("THROTTLED", `Too many attempts. Try again in ${Math.ceil(seconds / 60)} min.`, {
    extra: { retryAfterSeconds: seconds },
  });
}
