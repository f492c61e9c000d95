import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { RemoveSecret } from "#lib/domain/secret.ts";
import { secretUses } from "#lib/queries/secret/uses.ts";

/** Forgets a stored secret. Throws NOT_FOUND, WRONG_STATE while a target names it. */
export const removeSecret = command({
  name: "secret.remove",
  input: RemoveSecret,
  load: async (tx, { name }) => {
    await tx.$queryRaw`SELECT name FROM stored_secret WHERE name = ${name} FOR UPDATE`;
    const found = await tx.storedSecret.findUnique({ where: { name }, select: { name: true } });
    if (!found) throw new Refusal("NOT_FOUND", "No secret is stored under this name.");
    return { place: null, loaded: null };
  },
  run: async ({ tx, input: { name } }) => {
    const [use] = (await secretUses(tx)).get(name) ?? [];
    if (use)
      throw new Refusal(
        "WRONG_STATE",
        `${use.service} in ${use.environment} uses this secret for ${use.component}. Give that target another one first.`,
      );
    await tx.storedSecret.delete({ where: { name } });
    return {
      result: { name },
      events: [{ type: "secret.removed", subject: { kind: "secret", id: name }, data: { name } }],
    };
  },
});
