import { Fault } from "#lib/domain/errors.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { db } from "#lib/platform/db/client.ts";
import { openSealed, readPrivateKeys } from "#lib/platform/secrets/private-keys.ts";
import type { PrivateKey } from "#lib/platform/secrets/private-keys.ts";

/** Opens a stored secret, with the keys of this worker. Throws Fault `permanent`. */
export async function fromStore(name: string): Promise<string> {
  const row = await db().storedSecret.findUnique({ where: { name } });
  if (row === null)
    throw new Fault(
      "permanent",
      "SECRET_NOT_FOUND",
      `No secret is stored under the name ${name}.`,
      `Set it: lastgood secret set ${name}, or under Secrets in the console.`,
    );
  const key = keysOfWorker().find(({ id }) => id === row.keyId);
  const value = key === undefined ? null : openSealed(key, name, row.sealed);
  if (value !== null) return value;
  throw new Fault(
    "permanent",
    "SECRET_UNREADABLE",
    key === undefined
      ? `The secret stored:${name} is sealed with the key ${row.keyId}, which this worker does not have.`
      : `The secret stored:${name} cannot be opened: what is stored is not what was sealed under this name.`,
    "Give every worker the same key file (LASTGOOD_SECRETS_KEY_FILE), or set the secret again.",
  );
}

function keysOfWorker(): PrivateKey[] {
  try {
    return readPrivateKeys();
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error;
    throw new Fault(
      "permanent",
      "SECRET_UNREADABLE",
      error.message,
      "Put the key file of the workers there again.",
    );
  }
}
