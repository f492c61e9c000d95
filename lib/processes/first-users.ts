import { randomBytes } from "node:crypto";
import { addUser } from "#lib/commands/user/add.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Role } from "#lib/domain/role.ts";
import { db } from "#lib/platform/db/client.ts";

export type FirstUser = { email: string; name: string; role: Role; password: string };

const people: readonly Omit<FirstUser, "password">[] = [
  { email: "operator@lastgood.local", name: "Olivia Operator", role: "operator" },
  { email: "release-manager@lastgood.local", name: "Ruben Release", role: "release_manager" },
  { email: "admin@lastgood.local", name: "Ada Admin", role: "admin" },
];

/**
 * On a database in which nobody can sign in yet: makes one account of each kind that it takes to roll something back.
 * The passwords are in the answer and nowhere else, so print it at once, and only there. Empty ever after.
 */
export async function ensureFirstUsers(): Promise<FirstUser[]> {
  const canSignIn = { OR: [{ passwordHash: { not: null } }, { oidcSubject: { not: null } }] };
  if ((await db().user.count({ where: canSignIn })) > 0) return [];
  const made: FirstUser[] = [];
  for (const person of people) {
    const password = randomPassword();
    try {
      await addUser({ kind: "system", id: "setup" }, { ...person, password });
      made.push({ ...person, password });
    } catch (error) {
      // Another process does the same at this moment, and tells this one's password.
      if (!(error instanceof Refusal) || error.code !== "DUPLICATE") throw error;
    }
  }
  return made;
}

/** 100 bits in groups that can be read aloud: no letter that looks like another. */
function randomPassword(): string {
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  const letters = Array.from(randomBytes(20), (byte) => alphabet.charAt(byte % alphabet.length)).join("");
  return letters.replace(/(.{5})(?=.)/g, "$1-");
}
