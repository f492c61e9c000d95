import type { Role } from "#lib/domain/role.ts";
import type { IncidentView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { people } from "#lib/queries/people.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { checklistViews } from "#lib/queries/rollback/checklist.ts";
import type { Rollback } from "#prisma/client.ts";

/** What is left to do after the rollbacks of an incident, for each that ended. */
export async function followUpOf(
  rollbacks: readonly Rollback[],
  role: Role | null,
): Promise<IncidentView["followUp"]> {
  const ended = rollbacks.filter((one) => one.startedAt !== null && one.endedAt !== null);
  const items = await db().checklistItem.findMany({
    where: { rollbackId: { in: ended.map(({ id }) => id) }, gate: "after" },
    orderBy: { position: "asc" },
  });
  const person = await people(items.map((item) => item.byId));
  const all = await Promise.all(
    ended.map(async (rollback) => {
      const playbook = await playbookAt(db(), rollback.playbookId, rollback.playbookVersion);
      const own = items.filter((item) => item.rollbackId === rollback.id);
      const { checklist, checklists } = checklistViews(own, { rollback, playbook, role, person });
      return { rollback: rollback.id, number: `RB-${rollback.number}`, items: checklist, lists: checklists };
    }),
  );
  return all.filter((one) => one.items.length > 0);
}
