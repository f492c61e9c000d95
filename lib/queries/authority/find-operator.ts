import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";

type Operator = { id: string; name: string; email: string };

/**
 * Somebody by id or e-mail address who may operate a system (null: everywhere) now, held against change. Throws
 * INVALID at `path`, in the same words whether the account is missing or holds too little.
 */
export async function findOperator(
  tx: Tx,
  asked: { reference: string; system: string; path: string; now: Date },
): Promise<Operator> {
  const { reference, system, path, now } = asked;
  const [person] = await tx.$queryRaw<Operator[]>`
    SELECT id, name, email FROM user_account
    WHERE (id = ${reference} OR email = ${reference.toLowerCase()}) AND disabled_at IS NULL FOR SHARE`;
  const grant =
    person &&
    (await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM role_grant WHERE user_id = ${person.id} AND system IN ('*', ${system}) AND role <> 'viewer'
      AND (expires_at IS NULL OR expires_at > ${now}) FOR SHARE`);
  if (person && grant && grant.length > 0) return person;
  const where = system === "*" ? "everywhere" : `in ${system}`;
  const message = `Nobody with this id or e-mail address is an operator or above ${where}.`;
  throw new Refusal("INVALID", `${path}: ${message}`, { errors: [{ path, message }] });
}
