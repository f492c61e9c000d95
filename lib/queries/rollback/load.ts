import { Refusal } from "#lib/domain/errors.ts";
import type { Subject } from "#lib/domain/event.ts";
import { RollbackState } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { Rollback } from "#prisma/client.ts";
import { loadPlace, type ServicePlace } from "#lib/queries/service/load-place.ts";

export type LoadedRollback = {
  rollback: Rollback;
  state: RollbackState;
  found: ServicePlace;
  /** The streams beside its own that show this rollback's events. */
  also: Subject[];
  subject: Subject;
};

/** Reads a rollback by id or by number (`RB-34`) and holds its row until the transaction ends. Throws NOT_FOUND. */
export async function lockRollback(tx: Tx, idOrNumber: string): Promise<LoadedRollback> {
  const id = await rollbackId(tx, idOrNumber);
  await tx.$queryRaw`SELECT id FROM rollback WHERE id = ${id} FOR UPDATE`;
  return loadRollback(tx, id);
}

export async function loadRollback(tx: Tx, idOrNumber: string): Promise<LoadedRollback> {
  const id = await rollbackId(tx, idOrNumber);
  const rollback = await tx.rollback.findUnique({ where: { id } });
  if (!rollback) throw new Refusal("NOT_FOUND", "There is no rollback with this id.");
  const found = await loadPlace(tx, rollback.serviceId, rollback.environment);
  return {
    rollback,
    state: RollbackState.parse(rollback.state),
    found,
    subject: { kind: "rollback", id },
    also: rollback.incidentId ? [{ kind: "incident", id: rollback.incidentId }] : [],
  };
}

async function rollbackId(tx: Tx, idOrNumber: string): Promise<string> {
  const number = /^RB-(\d{1,9})$/.exec(idOrNumber)?.[1];
  if (number === undefined) return idOrNumber;
  const row = await tx.rollback.findUnique({ where: { number: Number(number) }, select: { id: true } });
  return row?.id ?? idOrNumber;
}
