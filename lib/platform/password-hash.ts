import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

/** OWASP's parameters for argon2id, the library's default variant. Memory in KiB. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

let nobodys: Promise<string> | undefined;

/** An argon2id hash in its own text form, salt and parameters included. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"), parameters);
}

/** Whether the password has this hash. Without a hash (no such account) it takes as long, and the answer is no. */
export async function isPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const stand = await (nobodys ??= hashPassword(randomBytes(32).toString("hex")));
  const isRight = await verify(passwordHash ?? stand, password.normalize("NFKC"));
  return passwordHash !== null && isRight;
}
