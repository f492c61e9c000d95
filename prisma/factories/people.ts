import { openSession } from "#lib/commands/session/open-session.ts";
import { addUser } from "#lib/commands/user/add.ts";
import type { SystemActor, UserActor } from "#lib/domain/actor.ts";
import type { Role } from "#lib/domain/role.ts";
import { transact } from "#lib/platform/db/transact.ts";

export const setup: SystemActor = { kind: "system", id: "setup" };

let made = 0;

/** An account with one role, acting from the command line. */
export async function person(role: Role, system = "*"): Promise<UserActor> {
  made += 1;
  const email = `${role.replace("_", "-")}-${made}-${process.pid}@example.org`;
  const user = await addUser(setup, { email, name: `${role} ${made}`, role, system });
  return { kind: "user", id: user.id, email, name: user.name, via: { kind: "cli" } };
}

/** Somebody in the browser who confirmed who they are so many minutes ago. */
export async function confirmed(role: Role, minutesAgo = 1, system = "*"): Promise<UserActor> {
  const now = new Date(Date.now() - minutesAgo * 60_000);
  const someone = await person(role, system);
  const visitor = { address: null, userAgent: null };
  const { sessionId } = await transact((tx) => openSession(tx, someone.id, visitor, now, now));
  return { ...someone, via: { kind: "session", sessionId, reauthenticatedAt: now } };
}
