import { DBOS } from "@dbos-inc/dbos-sdk";
import { db } from "#lib/platform/db/client.ts";
import { transact } from "#lib/platform/db/transact.ts";
import type { Log } from "#lib/platform/log.ts";
import { workflowName } from "#lib/engine/names.ts";
import { takeOverRun } from "#lib/engine/ownership.ts";
import type { Handler, LostRun } from "#lib/engine/run.ts";

type Dispatched = { id: string; executorId: string };

export type TakeOver = {
  workerId: string;
  leaseSeconds: number;
  handlers: Record<string, Handler>;
  /** Whether this very process executes that run at the moment. */
  isExecuting: (id: string) => boolean;
  log: Log;
};

/**
 * Makes the pass that every live worker makes each second: runs dispatched to a worker whose lease is over lose their
 * owner, in a transaction that one of several racers wins, and are queued again.
 */
export function takeOverPass(options: TakeOver): () => Promise<number> {
  const strays = new Map<string, number>();
  return async () => {
    let taken = 0;
    for (const { id, executorId } of await lostDispatches(options, strays)) {
      if (await takeOver(options, id, executorId)) taken += 1;
    }
    return taken;
  };
}

async function lostDispatches(options: TakeOver, strays: Map<string, number>): Promise<Dispatched[]> {
  const { workerId, leaseSeconds, isExecuting } = options;
  const pending = await DBOS.listWorkflows({
    status: "PENDING",
    workflowName,
    loadInput: false,
    loadOutput: false,
  });
  const dispatched = pending.map((row) => ({ id: row.workflowID, executorId: row.executorId ?? "" }));
  const others = [...new Set(dispatched.map((row) => row.executorId))].filter((id) => id !== workerId);
  const live = new Set([workerId]);
  if (others.length > 0) {
    const rows = await db().$queryRaw<{ id: string }[]>`
      SELECT id FROM worker WHERE id = ANY(${others}) AND lease_until > now()`;
    for (const row of rows) live.add(row.id);
  }
  // Dispatched to this process, which does not know it: the dispatch itself was cut off. Left for one lease, then lost.
  const mine = dispatched.filter((row) => row.executorId === workerId && !isExecuting(row.id));
  for (const id of strays.keys()) if (!mine.some((row) => row.id === id)) strays.delete(id);
  const now = performance.now();
  const strayed = mine.filter((row) => {
    const since = strays.get(row.id) ?? now;
    strays.set(row.id, since);
    return now - since > leaseSeconds * 1000;
  });
  return [...dispatched.filter((row) => !live.has(row.executorId)), ...strayed];
}

async function takeOver(options: TakeOver, id: string, executorId: string): Promise<boolean> {
  const { workerId, handlers, log } = options;
  const run = await db().run.findUnique({ where: { id } });
  if (run && (run.state === "queued" || run.state === "running")) {
    const lost: LostRun = {
      id,
      kind: run.kind,
      subjectId: run.subjectId,
      generation: run.generation,
      workerId: run.workerId,
      takenBy: workerId,
    };
    const record = run.workerId === null ? undefined : handlers[run.kind]?.takeOver;
    const isTaken = record ? await record(lost) : await transact((tx) => takeOverRun(tx, lost));
    if (!isTaken) return false;
  }
  // Another may have queued it again meanwhile, and a third may run it already: then it must not be queued once more.
  const [row] = await DBOS.listWorkflows({ workflowIDs: [id], loadInput: false, loadOutput: false });
  if (row?.status !== "PENDING" || row.executorId !== executorId) return false;
  await DBOS.resumeWorkflow(id, run ? { queueName: run.kind } : {});
  log.warn({ run: id, from: executorId }, "took over a run whose worker was lost");
  return true;
}
