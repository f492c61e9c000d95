import { publishSealingKey } from "#lib/commands/secret/publish-key.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Log } from "#lib/platform/log.ts";
import {
  ensurePrivateKey,
  privateKeyFile,
  publicKeyOf,
  readPrivateKeys,
} from "#lib/platform/secrets/private-keys.ts";
import { worker } from "#lib/workflows/actor.ts";

/**
 * Publishes the key that secrets are sealed with, made on first use; where another worker has published one, this
 * worker needs the same file. What keeps stored secrets from being opened is told, and keeps the worker from nothing else.
 */
export async function publishOwnKey(log: Log): Promise<void> {
  try {
    if ((await currentKey()) === null) {
      const publicKey = publicKeyOf(ensurePrivateKey());
      await publishSealingKey(worker, { publicKey }).catch(ignoreLateness);
    }
    const current = await currentKey();
    if (readPrivateKeys().some(({ id }) => id === current)) return;
    log.warn(
      { key: current, file: privateKeyFile() },
      "this worker cannot open stored secrets: give it the key file of the others",
    );
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error;
    log.warn({ err: error }, "this worker cannot open stored secrets");
  }
}

async function currentKey(): Promise<string | null> {
  return (await db().sealingKey.findFirst({ where: { retiredAt: null } }))?.id ?? null;
}

/** Another worker was first. */
function ignoreLateness(error: unknown): void {
  if (!(error instanceof Refusal && error.code === "WRONG_STATE")) throw error;
}
