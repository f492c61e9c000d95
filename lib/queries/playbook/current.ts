import { Refusal } from "#lib/domain/errors.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";

/** The newest version of a playbook, which new incidents and rollbacks start with. Throws NOT_FOUND. */
export async function currentPlaybook(
  tx: Tx,
  id: string,
): Promise<{ id: string; version: number; document: Playbook }> {
  const row = await tx.playbook.findFirst({
    where: { id },
    orderBy: { version: "desc" },
    select: { version: true },
  });
  if (!row) throw new Refusal("NOT_FOUND", "There is no playbook with this id.");
  return { id, version: row.version, document: await playbookAt(tx, id, row.version) };
}
