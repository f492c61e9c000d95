import type { z } from "zod";
import { command, nowhere } from "#lib/commands/command.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { SetSecret } from "#lib/domain/secret.ts";
import { keyIdOf, readPublicKey, seal } from "#lib/platform/secrets/seal.ts";

const perform = command({
  name: "secret.set",
  input: SetSecret,
  load: nowhere,
  run: async ({ tx, actor, input, now }) => {
    const { name, value } = input;
    // Held, so that a rotation leaves out none that is set meanwhile.
    const keys = await tx.$queryRaw<{ id: string; public_key: string }[]>`
      SELECT id, public_key FROM sealing_key WHERE retired_at IS NULL FOR SHARE`;
    const [current] = keys;
    if (current === undefined)
      throw new Refusal(
        "WRONG_STATE",
        "No worker has published its key yet. Start a worker, then set the secret.",
      );
    const publicKey = readPublicKey(current.public_key);
    if (keyIdOf(publicKey) !== current.id)
      throw new Error("The published key is not the one that it is named after.");
    const known = await tx.storedSecret.findUnique({ where: { name }, select: { setAt: true } });
    const row = { keyId: current.id, sealed: seal(publicKey, name, value), setAt: now, setBy: actor.id };
    await tx.storedSecret.upsert({ where: { name }, create: { name, ...row }, update: row });
    return {
      result: { name },
      events: [
        {
          type: "secret.set",
          subject: { kind: "secret", id: name },
          data: { name, replaced: known !== null },
        },
      ],
    };
  },
});

/**
 * Seals a value under a name, in place of the one before. The record tells the name alone, and no Idempotency-Key is
 * taken, because a hash of the value would be kept beside it. Throws WRONG_STATE while no worker has published a key.
 */
export function setSecret(actor: Actor, input: z.input<typeof SetSecret>): Promise<{ name: string }> {
  return perform(actor, input);
}
