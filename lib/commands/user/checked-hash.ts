import { Refusal } from "#lib/domain/errors.ts";
import { passwordProblem } from "#lib/domain/password-policy.ts";
import { hashPassword } from "#lib/platform/password-hash.ts";

/** The hash of a new password. Throws INVALID, naming the field, when the policy does not let it pass. */
export async function checkedHash(password: string, owner: { email: string; name: string }): Promise<string> {
  const problem = passwordProblem(password, owner);
  if (problem !== null) {
    throw new Refusal("INVALID", `password: ${problem}`, {
      errors: [{ path: "password", message: problem }],
    });
  }
  return hashPassword(password);
}
