import { z } from "zod";
import { PersonName, UserReference } from "#lib/domain/user.ts";
import { Role } from "#lib/domain/role.ts";

const units = { m: 60, h: 3600, d: 86_400 } as const;
const maxSeconds = 366 * 86_400;

const Duration = z.string().transform((text, context) => {
  const match = /^(\d{1,6})([mhd])$/.exec(text);
  const unit = match?.[2] as keyof typeof units | undefined;
  const seconds = unit === undefined ? 0 : Number(match?.[1]) * units[unit];
  if (seconds > 0 && seconds <= maxSeconds) return seconds;
  context.addIssue("Write a number with m, h or d, such as 12h or 30d, up to 366d.");
  return z.NEVER;
});
/** How long a token lives: `45m`, `12h`, `30d`, or seconds; at most 366 days. Parsed to seconds. */
const Lifetime = z.union([z.number().int().min(60).max(maxSeconds), Duration]);

export const CreateToken = z.strictObject({
  /** Whose; without it one's own. */
  user: UserReference.optional(),
  name: PersonName.default("token"),
  /** At most this; without it what the owner may do now. */
  role: Role.optional(),
  /** In this system only; without it wherever the owner may. */
  system: z.string().trim().min(1).max(100).default("*"),
  ttl: Lifetime.prefault("90d"),
});

export const RevokeToken = z.strictObject({ token: z.string().min(1).max(100) });
