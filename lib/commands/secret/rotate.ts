import { z } from "zod";
import { command, nowhere } from "#lib/commands/command.ts";
import { keyIdOf, readPublicKey, seal } from "#lib/platform/secrets/seal.ts";

type Opened = { name: string; keyId: string; sealed: string };

export type Keyring = {
  /** Makes and keeps a new private key, and tells its public half. Called by one at a time. */
  makeKey: () => string;
  /** Null where it cannot be opened. */
  open: (secret: Opened) => string | null;
};

/**
 * Seals every stored secret with a new key, which seals all others from then on; one that cannot be opened stays as it
 * is, and is in the answer. For whoever holds the private keys. Throws UnreadableSecrets unless loss is accepted.
 */
export function rotateSecrets({ makeKey, open }: Keyring) {
  return command({
    name: "secret.rotate",
    input: z.strictObject({ acceptsLoss: z.boolean() }),
    load: nowhere,
    run: async ({ tx, input, now }) => {
      await tx.$queryRaw`SELECT id FROM sealing_key WHERE retired_at IS NULL FOR UPDATE`;
      const published = makeKey();
      const publicKey = readPublicKey(published);
      const id = keyIdOf(publicKey);
      await tx.sealingKey.updateMany({ where: { retiredAt: null }, data: { retiredAt: now } });
      await tx.sealingKey.create({ data: { id, publicKey: published } });
      const lost: string[] = [];
      const rows = await tx.storedSecret.findMany({ orderBy: { name: "asc" } });
      for (const { name, keyId, sealed } of rows) {
        const value = open({ name, keyId, sealed });
        if (value === null) lost.push(name);
        else
          await tx.storedSecret.update({
            where: { name },
            data: { keyId: id, sealed: seal(publicKey, name, value) },
          });
      }
      if (lost.length > 0 && !input.acceptsLoss) throw new UnreadableSecrets(lost);
      return {
        result: { key: id, resealed: rows.length - lost.length, lost },
        events: [
          {
            type: "secret.rotated",
            subject: { kind: "secret", id: "sealing-key" },
            data: { key: id, resealed: rows.length - lost.length, lost },
          },
        ],
      };
    },
  });
}

/** Some secrets cannot be opened with the keys that are there. */
export class UnreadableSecrets extends Error {
  override readonly name = "UnreadableSecrets";
  readonly secrets: readonly string[];
  constructor(secrets: readonly string[]) {
    super(`These secrets cannot be opened with the keys of this machine: ${secrets.join(", ")}.`);
    this.secrets = secrets;
  }
}
