import { addUser } from "#lib/commands/user/add.ts";
import type { SystemActor, UserActor } from "#lib/domain/actor.ts";
import type { Role } from "#lib/domain/role.ts";

export const setup: SystemActor = { kind: "system", id: "setup" };

let made = 0;

/** An account with one role, acting from the command line. */
export async function person(role: Role, system = "*"): Promise<UserActor> {
  made += 1;
  const email = `${role.replace("_", "-")}-${made}-${process.pid}@example.org`;
  const user = await addUser(setup, { email, name: `${role} ${made}`, role, system });
  return { kind: "user", id: user.id, email, name: user.name, via: { kind: "cli" } };
}
