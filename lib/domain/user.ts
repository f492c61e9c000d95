import { z } from "zod";
import { Role } from "#lib/domain/role.ts";

export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email("This is not an e-mail address."));
export const PersonName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, "A name has no control characters.");
/** Where a grant holds: a system, or "*" for everywhere. */
export const GrantSystem = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, "A system has no control characters.");
/** What is typed as a password, before the policy is asked; capped, so that hashing it stays cheap. */
export const Password = z.string().min(1).max(256, "A password has at most 256 characters.");
/** An account by its id or its e-mail address. */
export const UserReference = z.string().trim().min(1).max(254);

export const AddUser = z.strictObject({
  email: Email,
  name: PersonName,
  role: Role,
  system: GrantSystem.default("*"),
  password: Password.optional(),
});

export const ChangeUser = z.strictObject({
  user: UserReference,
  name: PersonName.optional(),
  email: Email.optional(),
  password: Password.optional(),
  disabled: z.boolean().optional(),
});

export const ChangeOwnPassword = z.strictObject({ current: Password, password: Password });

export const GrantRole = z.strictObject({
  user: UserReference,
  role: Role,
  system: GrantSystem.default("*"),
  /** A role may end by itself. */
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});

export const RevokeRole = z.strictObject({
  user: UserReference,
  role: Role,
  system: GrantSystem.default("*"),
});
