import type { Actor } from "#lib/domain/actor.ts";
import { runbook } from "#lib/domain/runbook.ts";
import { db } from "#lib/platform/db/client.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";

/** The plan as a Markdown runbook with every command, ticked as far as it is done. Throws NOT_FOUND. */
export async function getRunbook(actor: Actor, idOrNumber: string): Promise<string> {
  const rollback = await getRollback(actor, idOrNumber);
  const { id, version } = rollback.playbook;
  return runbook(rollback, await playbookAt(db(), id, version), new Date().toISOString());
}
