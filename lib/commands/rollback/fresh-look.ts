import { z } from "zod";
import { Json } from "#lib/domain/json.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import { db } from "#lib/platform/db/client.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { waitForRun } from "#lib/engine/wait-for-run.ts";

const FreshLook = z.object({ steps: z.record(z.string(), Json), faults: z.record(z.string(), z.string()) });
/** What the targets showed a moment ago, per plan step, and what could not be seen. */
export type FreshLook = z.infer<typeof FreshLook>;

const patienceMs = 10_000;

/** Has a worker look at the targets of an approved plan. Null when there is nothing to look at or nobody answers in 10 s. */
export async function freshLook(rollbackId: string): Promise<FreshLook | null> {
  const rollback = await db().rollback.findUnique({ where: { id: rollbackId }, select: { state: true } });
  if (rollback?.state !== "approved") return null;
  const workers = await db().worker.count({ where: { leaseUntil: { gt: new Date() }, draining: false } });
  if (workers === 0) return null;
  const run = await transact((tx) => enqueueRun(tx, "observe", rollbackId));
  const result = await waitForRun(run, patienceMs);
  const parsed = FreshLook.safeParse(result);
  return parsed.success ? parsed.data : null;
}
