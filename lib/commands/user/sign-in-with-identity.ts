import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { openSession, type Visitor } from "#lib/commands/session/open-session.ts";
import { recordFailedSignIn } from "#lib/commands/user/record-failed-sign-in.ts";
import { takeAttempt } from "#lib/commands/user/sign-in-throttle.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { Email, PersonName } from "#lib/domain/user.ts";
import { config } from "#lib/platform/config.ts";
import { clock } from "#lib/platform/clock.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";

/** The claims of an ID token whose signature, issuer, audience and nonce were checked. */
const Claims = z.object({
  iss: z.string().min(1).max(500),
  sub: z.string().min(1).max(255),
  email: Email.optional(),
  email_verified: z.union([z.boolean(), z.stringbool()]).optional(),
  name: PersonName.optional().catch(undefined),
  /** Seconds since 1970. */
  auth_time: z.number().optional(),
});
type Claims = z.infer<typeof Claims>;

/**
 * Signs in who an OpenID Connect provider vouches for: the account that carries this identity, else the one with the
 * same verified e-mail address, else a new one, without a role unless LASTGOOD_OIDC_DEFAULT_ROLE gives one.
 * Throws FORBIDDEN with a sentence for the person when the identity cannot be used here.
 */
export async function signInWithIdentity(
  claims: unknown,
  visitor: Visitor,
): Promise<{ userId: string; secret: string }> {
  const identity = parseInput(Claims, claims);
  try {
    return await startSession({ kind: "system", id: "web" }, { claims: identity, ...visitor });
  } catch (error) {
    if (error instanceof Refusal && error.code === "FORBIDDEN") await recordRefused(identity, visitor);
    throw error;
  }
}

async function recordRefused({ iss, sub }: Claims, { address }: Visitor): Promise<void> {
  const { isRecorded } = await takeAttempt(`${iss} ${sub}`, address, clock.now());
  if (!isRecorded) return;
  const known = await db().user.findUnique({ where: { oidcSubject: `${iss} ${sub}` } });
  await recordFailedSignIn(
    { kind: "system", id: "web" },
    {
      userId: known?.id ?? null,
      email: known?.email ?? null,
      address,
      throttledUntil: null,
      method: "single sign-on",
    },
  );
}

const StartSession = z.strictObject({
  claims: Claims,
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
});

const startSession = command({
  name: "user.sign-in",
  input: StartSession,
  load: async (tx, { claims }) => ({ place: null, loaded: await findOrAdd(tx, claims) }),
  run: async ({ tx, input, loaded: { user, events }, now }) => {
    if (user.disabledAt) throw new Refusal("FORBIDDEN", "This account is disabled. Ask an admin.");
    const { address } = input;
    const confirmedAt = input.claims.auth_time === undefined ? null : new Date(input.claims.auth_time * 1000);
    const reauthenticatedAt = confirmedAt !== null && confirmedAt <= now ? confirmedAt : null;
    const { sessionId, secret } = await openSession(tx, user.id, input, now, reauthenticatedAt);
    const data = { email: user.email, method: "single sign-on", address, session: sessionId };
    return {
      result: { userId: user.id, secret },
      events: [{ type: "user.signed_in", subject: { kind: "user", id: user.id }, data }, ...events],
    };
  },
});

type Found = { user: { id: string; email: string; disabledAt: Date | null }; events: NewEvent[] };

async function findOrAdd(tx: Tx, claims: Claims): Promise<Found> {
  const oidcSubject = `${claims.iss} ${claims.sub}`;
  const known = await tx.user.findUnique({ where: { oidcSubject } });
  if (known) return { user: known, events: [] };
  const { email } = claims;
  if (email === undefined || claims.email_verified !== true) {
    throw new Refusal(
      "FORBIDDEN",
      "The provider does not vouch for your e-mail address, so it opens no account.",
    );
  }
  const id = newId("usr");
  const name = claims.name ?? email;
  const added = await tx.$executeRaw`
    INSERT INTO user_account (id, email, name, oidc_subject) VALUES (${id}, ${email}, ${name}, ${oidcSubject})
    ON CONFLICT DO NOTHING`;
  return added === 1 ? addedUser(tx, { id, email, name }) : linkedUser(tx, email, oidcSubject);
}

async function addedUser(tx: Tx, user: { id: string; email: string; name: string }): Promise<Found> {
  const { id, email, name } = user;
  const subject = { kind: "user", id } as const;
  const events: NewEvent[] = [{ type: "user.added", subject, data: { email, name, by: "single sign-on" } }];
  const role = config().oidc?.defaultRole;
  if (role !== undefined) {
    await tx.grant.create({ data: { id: newId("grt"), userId: id, role } });
    events.push({ type: "role.granted", subject, data: { email, role, system: "*", expiresAt: null } });
  }
  return { user: { id, email, disabledAt: null }, events };
}

async function linkedUser(tx: Tx, email: string, oidcSubject: string): Promise<Found> {
  const linked = await tx.user.updateMany({ where: { email, oidcSubject: null }, data: { oidcSubject } });
  const user = await tx.user.findUnique({ where: { email } });
  if (user?.oidcSubject !== oidcSubject) {
    throw new Refusal("FORBIDDEN", "This e-mail address belongs to another identity here. Ask an admin.");
  }
  if (linked.count === 0) return { user, events: [] };
  const data = { email, changes: { identity: "linked to single sign-on" } };
  return { user, events: [{ type: "user.changed", subject: { kind: "user", id: user.id }, data }] };
}
