import { Refusal } from "#lib/domain/errors.ts";
import type { Subject } from "#lib/domain/event.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** Reads what an emergency left to be done and holds its row, with the streams that show it. Throws NOT_FOUND. */
export async function loadDebt(tx: Tx, id: string) {
  await tx.$executeRaw`SELECT 1 FROM review WHERE id = ${id} FOR UPDATE`;
  const review = await tx.review.findUnique({ where: { id } });
  if (!review) throw new Refusal("NOT_FOUND", "There is no such review.");
  const rollback = await tx.rollback.findUniqueOrThrow({ where: { id: review.rollbackId } });
  const service = await tx.service.findUniqueOrThrow({
    where: { id: rollback.serviceId },
    include: { environments: { where: { name: rollback.environment } } },
  });
  const { system } = service;
  const streams: Subject[] = [
    { kind: "rollback", id: rollback.id },
    ...(rollback.incidentId ? [{ kind: "incident" as const, id: rollback.incidentId }] : []),
  ];
  const place = { system, protected: service.environments[0]?.protected ?? true };
  return { place, loaded: { review, rollback, system, streams } };
}
