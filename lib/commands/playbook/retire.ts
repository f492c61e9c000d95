import { z } from "zod";
import { command, nowhere } from "#lib/commands/command.ts";
import { lockPlaybook } from "#lib/commands/playbook/lock-playbook.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { playbookHolders } from "#lib/queries/playbook/holders.ts";

/**
 * Offers a playbook to no service any more. Its versions stay, for the records that name them. Throws NOT_FOUND, and
 * WRONG_STATE while a service follows it or an open incident or active rollback goes by one of its versions, naming them.
 */
export const retirePlaybook = command({
  name: "playbook.retire",
  input: z.strictObject({ id: z.string().max(64), reason: z.string().trim().max(500).optional() }),
  load: nowhere,
  async run({ tx, actor, input, now }) {
    const { id } = input;
    await lockPlaybook(tx, id, "alone");
    const newest = await tx.playbook.findFirst({ where: { id }, orderBy: { version: "desc" } });
    if (!newest) throw new Refusal("NOT_FOUND", "There is no playbook with this id.");
    if (await tx.playbookRetirement.findUnique({ where: { playbookId: id } })) {
      throw new Refusal("WRONG_STATE", "This playbook is retired already.");
    }
    await mustBeFree(tx, id);
    await tx.playbookRetirement.create({ data: { playbookId: id, retiredAt: now, retiredBy: actor.id } });
    return {
      result: { id, retiredAt: now.toISOString() },
      events: [
        {
          type: "playbook.retired",
          subject: { kind: "playbook", id },
          data: { title: newest.title, version: newest.version, reason: input.reason || null },
        },
      ],
    };
  },
});

async function mustBeFree(tx: Tx, id: string): Promise<void> {
  const { services, incidents, rollbacks } = await playbookHolders(tx, id);
  const sentences = [
    ...(services.length > 0 ? [`Followed by ${named(services)}: give them another playbook first.`] : []),
    ...(incidents.length + rollbacks.length > 0
      ? [`A version of it is kept by ${named([...incidents, ...rollbacks])}: end those first.`]
      : []),
  ];
  if (sentences.length === 0) return;
  throw new Refusal("WRONG_STATE", `${sentences.join(" ")} Nothing was changed.`, {
    extra: { services, incidents, rollbacks },
  });
}

const mostNamed = 10;

function named(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
