import { presentMs, type DutySubject } from "#lib/domain/duty.ts";
import type { PersonRef } from "#lib/domain/view.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";

/** Whether somebody looks at it now, in whichever process their connection ends. */
export async function isPresent(
  tx: Tx,
  { kind, id, userId }: { kind: DutySubject; id: string; userId: string },
  now: Date,
): Promise<boolean> {
  const where = { subjectKind_subjectId_userId: { subjectKind: kind, subjectId: id, userId } };
  const row = await tx.presence.findUnique({ where });
  return row !== null && row.seenAt.getTime() > now.getTime() - presentMs;
}

/** Everybody who looks at it now, by name. */
export async function presentAt(kind: DutySubject, id: string, now: Date): Promise<PersonRef[]> {
  const rows = await db().presence.findMany({
    where: { subjectKind: kind, subjectId: id, seenAt: { gt: new Date(now.getTime() - presentMs) } },
    select: { userId: true },
  });
  return db().user.findMany({
    where: { id: { in: rows.map((row) => row.userId) } },
    select: { id: true, name: true, email: true },
    orderBy: { name: "asc" },
  });
}
