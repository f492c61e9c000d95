import type { Json } from "#lib/domain/json.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { Parted, type LostRun } from "#lib/engine/run.ts";

type Owned = { id: string; generation: number };

/**
 * Begins an execution: whoever executed this run before is fenced from here on, alive or not. Null when there is
 * nothing left to do, or when this worker drains and must not take work.
 */
export async function claimRun(
  tx: Tx,
  id: string,
  workerId: string,
): Promise<Omit<LostRun, "takenBy"> | null> {
  const rows = await tx.$queryRaw<Omit<LostRun, "takenBy">[]>`
    UPDATE run SET worker_id = ${workerId}, generation = run.generation + 1, state = 'running', claimed_at = now()
    FROM (SELECT id, worker_id FROM run WHERE id = ${id} FOR UPDATE) AS before
    WHERE run.id = before.id AND run.state IN ('queued', 'running')
      AND EXISTS (SELECT 1 FROM worker WHERE worker.id = ${workerId} AND NOT worker.draining)
    RETURNING run.id, run.kind, run.subject_id AS "subjectId", run.generation, before.worker_id AS "workerId"`;
  return rows[0] ?? null;
}

/** Clears the owner of a run whose worker's lease is over. False when another was first, or the owner is back. */
export async function takeOverRun(tx: Tx, lost: LostRun): Promise<boolean> {
  const taken = await tx.$executeRaw`
    UPDATE run SET worker_id = NULL, generation = generation + 1
    WHERE id = ${lost.id} AND generation = ${lost.generation} AND state IN ('queued', 'running')
      AND (worker_id IS NULL OR worker_id = ${lost.takenBy}
        OR NOT EXISTS (SELECT 1 FROM worker WHERE worker.id = run.worker_id AND worker.lease_until > now()))`;
  return taken === 1;
}

/** Holds the run's row for this transaction. Throws Parted when this execution no longer owns it. */
export async function fence(tx: Tx, run: Owned): Promise<void> {
  const rows = await tx.$queryRaw<{ ok: boolean }[]>`
    SELECT true AS ok FROM run WHERE id = ${run.id} AND generation = ${run.generation} AND state = 'running' FOR UPDATE`;
  if (rows.length === 0)
    throw new Parted(`Run ${run.id} is no longer owned at generation ${run.generation}.`);
}

/** Ends a run in the transaction of its last change. Throws Parted when this execution no longer owns it. */
export async function endRun(tx: Tx, run: Owned, result?: Json, error?: string): Promise<void> {
  const ended = await tx.$executeRaw`
    UPDATE run SET state = ${error === undefined ? "done" : "failed"}, ended_at = now(), error = ${error ?? null},
      result = ${result === undefined ? null : JSON.stringify(result)}::jsonb
    WHERE id = ${run.id} AND generation = ${run.generation} AND state = 'running'`;
  if (ended !== 1) throw new Parted(`Run ${run.id} is no longer owned at generation ${run.generation}.`);
}
