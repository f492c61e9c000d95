import type { Actor } from "#lib/domain/actor.ts";
import { DebtKind } from "#lib/domain/emergency.ts";
import { clock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { decodeCursor, paged, take, type Page } from "#lib/queries/page.ts";
import { people } from "#lib/queries/people.ts";
import { readableServiceIds } from "#lib/queries/service/readable-ids.ts";

export type ReviewFilter = Page & { open?: boolean | undefined; overdue?: boolean | undefined };

/** The debts that emergencies left behind, review and documentation, the first due first; `open` and `overdue` narrow to what is owed. */
export async function listReviews(actor: Actor, filter: ReviewFilter = {}) {
  const services = await readableServiceIds(await readableSystems(actor, "rollback.read"));
  const now = clock.now();
  const after = decodeCursor(filter.cursor, readPlace);
  const owed = await db().review.findMany({ select: { rollbackId: true } });
  const rollbacks = await db().rollback.findMany({
    where: {
      id: { in: owed.map((review) => review.rollbackId) },
      ...(services ? { serviceId: { in: services } } : {}),
    },
    select: { id: true, number: true, serviceId: true, environment: true },
  });
  const byId = new Map(rollbacks.map((rollback) => [rollback.id, rollback]));
  const rows = await db().review.findMany({
    where: {
      rollbackId: { in: [...byId.keys()] },
      ...(filter.open ? { doneAt: null } : {}),
      ...(filter.overdue ? { doneAt: null, dueAt: { lte: now } } : {}),
      ...(after
        ? { OR: [{ dueAt: { gt: after.dueAt } }, { dueAt: after.dueAt, id: { gt: after.id } }] }
        : {}),
    },
    orderBy: [{ dueAt: "asc" }, { id: "asc" }],
    take: take(filter),
  });
  const person = await people(rows.flatMap((row) => [row.userId, row.doneById]));
  return paged(
    rows,
    filter,
    (row) => `${row.dueAt.toISOString()} ${row.id}`,
    (row) => {
      const rollback = byId.get(row.rollbackId);
      return {
        id: row.id,
        kind: DebtKind.parse(row.kind),
        rollback: {
          id: row.rollbackId,
          number: rollback ? `RB-${rollback.number}` : null,
          service: rollback?.serviceId ?? null,
          environment: rollback?.environment ?? null,
        },
        owedBy: person(row.userId),
        dueAt: row.dueAt.toISOString(),
        escalatedAt: row.escalatedAt?.toISOString() ?? null,
        overdue: row.doneAt === null && row.dueAt <= now,
        doneAt: row.doneAt?.toISOString() ?? null,
        doneBy: row.doneById === null ? null : person(row.doneById),
        text: row.text,
      };
    },
  );
}

function readPlace(text: string): { dueAt: Date; id: string } | null {
  const [at = "", id = ""] = text.split(" ");
  const dueAt = new Date(at);
  return Number.isNaN(dueAt.getTime()) ? null : { dueAt, id };
}
