import { lockPlaybook } from "#lib/commands/playbook/lock-playbook.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** For a service that is to follow a playbook. Throws INVALID, naming the field, where it is unknown or retired. */
export async function mustBeOffered(tx: Tx, id: string): Promise<void> {
  await lockPlaybook(tx, id, "shared");
  const stored = await tx.playbook.findFirst({ where: { id }, select: { id: true } });
  if (!stored) throw notOffered("There is no playbook with this id.");
  const retirement = await tx.playbookRetirement.findUnique({ where: { playbookId: id } });
  if (retirement) {
    throw notOffered("This playbook is retired. Choose another, or add a new version of it first.");
  }
}

function notOffered(message: string): Refusal {
  return new Refusal("INVALID", `playbook: ${message}`, { errors: [{ path: "playbook", message }] });
}
