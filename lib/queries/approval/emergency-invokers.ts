import type { Circle } from "#lib/domain/approval-capacity.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { approversOf } from "#lib/queries/approval/approvers.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";

type Person = { id: string; name: string };

/** Whoever started the rollback, everybody who may invoke an emergency for it now, and by which criteria. */
export async function emergencyInvokers(
  tx: Tx,
  { rollback, found }: LoadedRollback,
  now: Date,
): Promise<{ people: Person[]; criteria: { id: string; title: string }[] }> {
  const playbook = await playbookAt(tx, rollback.playbookId, rollback.playbookVersion);
  const { roles, onCall, criteria } = playbook.authority.emergency;
  const circles: Circle[] = [{ roles, onCall }];
  const all = await approversOf(tx, { system: found.service.system, circles, authors: [], now });
  // A lent role counts for approvals alone.
  const invokers = all.filter((one) => one.by !== "delegation" && one.id !== rollback.initiatorId);
  const initiator = await tx.user.findUnique({
    where: { id: rollback.initiatorId },
    select: { id: true, name: true },
  });
  return { people: [...(initiator ? [initiator] : []), ...invokers], criteria };
}
