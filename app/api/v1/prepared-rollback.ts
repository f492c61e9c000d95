import type { Actor } from "#lib/domain/actor.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { waitUntil } from "#lib/web/wait-until.ts";

const preparationPatienceMs = 15_000;

/** The rollback once its plan is prepared, or as it is when that takes too long. */
export async function preparedRollback(actor: Actor, id: string) {
  const prepared = await waitUntil(async () => {
    const rollback = await getRollback(actor, id);
    return rollback.preparing ? null : rollback;
  }, preparationPatienceMs);
  return prepared ?? getRollback(actor, id);
}
