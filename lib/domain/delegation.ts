import { z } from "zod";
import { Role } from "#lib/domain/role.ts";
import { GrantSystem, UserReference } from "#lib/domain/user.ts";

const longestLoanDays = 14;
const longestLoanMs = longestLoanDays * 24 * 3_600_000;

export const LendRole = z.strictObject({
  to: UserReference,
  role: Role.exclude(["viewer"]),
  system: GrantSystem.default("*"),
  reason: z.string().trim().min(1).max(500),
  endsAt: z.iso.datetime({ offset: true }),
});
export const RevokeDelegation = z.strictObject({ delegation: z.string().min(1).max(64) });

/** What is wrong with the end of a loan; null: nothing. It is at most 14 days ahead. */
export function loanEndFault(endsAt: Date, now: Date): string | null {
  if (endsAt <= now) return "A loan ends in the future.";
  return endsAt.getTime() - now.getTime() > longestLoanMs
    ? `A role is lent for at most ${longestLoanDays} days.`
    : null;
}
