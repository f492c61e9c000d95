import { z } from "zod";
import { command, nowhere } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { keyIdOf, readPublicKey } from "#lib/platform/secrets/seal.ts";

/** Publishes the key that secrets are sealed with. Throws WRONG_STATE when another one is published already. */
export const publishSealingKey = command({
  name: "secret.publish-key",
  input: z.strictObject({ publicKey: z.string().max(100) }),
  load: nowhere,
  run: async ({ tx, input: { publicKey } }) => {
    const id = keyIdOf(readPublicKey(publicKey));
    const inserted = await tx.$executeRaw`
      INSERT INTO sealing_key (id, public_key) VALUES (${id}, ${publicKey}) ON CONFLICT DO NOTHING`;
    if (inserted === 0) throw new Refusal("WRONG_STATE", "A key is published already.");
    return {
      result: { id },
      events: [
        { type: "secret.key_published", subject: { kind: "secret", id: "sealing-key" }, data: { key: id } },
      ],
    };
  },
});
