import type { UserActor } from "#lib/domain/actor.ts";
import { DebtKind } from "#lib/domain/emergency.ts";
import { covers } from "#lib/domain/role.ts";
import type { PersonRef } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { heldRole } from "#lib/queries/authority/held-role.ts";
import { currentAuthority } from "#lib/queries/authority/may-read.ts";
import { people } from "#lib/queries/people.ts";

export type Debt = {
  id: string;
  kind: DebtKind;
  number: string;
  owedBy: PersonRef;
  isMine: boolean;
  dueAt: string;
  overdue: boolean;
};

const most = 50;

/** What emergencies left to be done: all that one owes oneself, and as an admin what others owe too long. The first due first. */
export async function openDebts(actor: UserActor, now: Date): Promise<Debt[]> {
  const authority = await currentAuthority(actor, now);
  const rows = await db().review.findMany({
    where: { doneAt: null, OR: [{ userId: actor.id }, { dueAt: { lt: now } }] },
    orderBy: [{ dueAt: "asc" }, { kind: "desc" }],
    take: most,
  });
  const rollbacks = await db().rollback.findMany({
    where: { id: { in: rows.map((row) => row.rollbackId) } },
    select: { id: true, number: true, serviceId: true },
  });
  const services = await db().service.findMany({
    where: { id: { in: rollbacks.map((one) => one.serviceId) } },
    select: { id: true, system: true },
  });
  const person = await people(rows.map((row) => row.userId));
  return rows.flatMap((row): Debt[] => {
    const rollback = rollbacks.find(({ id }) => id === row.rollbackId);
    const system = services.find(({ id }) => id === rollback?.serviceId)?.system ?? null;
    const role = heldRole(authority, system, now);
    const isMine = row.userId === actor.id;
    if (!rollback || (!isMine && (role === null || !covers(role, "admin")))) return [];
    return [
      {
        id: row.id,
        kind: DebtKind.parse(row.kind),
        number: `RB-${rollback.number}`,
        owedBy: person(row.userId),
        isMine,
        dueAt: row.dueAt.toISOString(),
        overdue: row.dueAt < now,
      },
    ];
  });
}
