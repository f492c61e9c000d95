import { startEngine } from "#lib/engine/worker.ts";
import { repeat } from "#lib/engine/repeat.ts";
import { adapterById } from "#lib/adapters/registry.ts";
import { sweepWorkFolders } from "#lib/adapters/work-folder.ts";
import { config } from "#lib/platform/config.ts";
import { databaseUrl } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";
import { createLog } from "#lib/platform/log.ts";
import type { Running } from "#lib/processes/run-process.ts";
import { chaseApprovals } from "#lib/workflows/chase-approvals.ts";
import { escalateDebts } from "#lib/workflows/escalate-debts.ts";
import { escalateOverdue } from "#lib/workflows/escalate-overdue.ts";
import { expireForgotten } from "#lib/workflows/expire-forgotten.ts";
import { inspectHandler } from "#lib/workflows/inspect.ts";
import { lookAfterwards } from "#lib/workflows/look-afterwards.ts";
import { observeHandler } from "#lib/workflows/observe.ts";
import { prepareHandler } from "#lib/workflows/prepare.ts";
import { recheckHandler } from "#lib/workflows/recheck.ts";
import { rollbackHandler } from "#lib/workflows/rollback.ts";
import { publishOwnKey } from "#lib/workflows/publish-own-key.ts";
import { publishStatus } from "#lib/workflows/publish-status.ts";
import { writeCheckpoint } from "#lib/platform/audit/write-checkpoint.ts";
import { watchEveryTrigger } from "#lib/workflows/watch-triggers.ts";
import { settleHandOvers } from "#lib/workflows/settle-hand-overs.ts";
import { sweepOldRows } from "#lib/workflows/sweep-old-rows.ts";

type PeriodicJob = { name: string; everySeconds: number; work: () => Promise<unknown> };

/** What every worker does now and then. All of it may run in several workers at once. */
const periodicJobs: readonly PeriodicJob[] = [
  { name: "escalate overdue rollbacks", everySeconds: 1, work: escalateOverdue },
  { name: "expire forgotten rollbacks", everySeconds: 5, work: expireForgotten },
  { name: "ask the next approvers", everySeconds: 2, work: chaseApprovals },
  { name: "look at what was rolled back", everySeconds: 3, work: () => lookAfterwards() },
  { name: "watch the triggers", everySeconds: 5, work: () => watchEveryTrigger() },
  { name: "publish the status page", everySeconds: 5, work: publishStatus },
  { name: "sign a checkpoint of the record", everySeconds: 1, work: writeCheckpoint },
  { name: "settle hand-overs", everySeconds: 1, work: settleHandOvers },
  { name: "escalate overdue debts", everySeconds: 10, work: () => escalateDebts() },
  { name: "sweep old rows", everySeconds: 600, work: sweepOldRows },
];

/** Executes runs: prepares plans, looks at targets, rolls back. The only process that resolves secrets. */
export async function startWorker(): Promise<Running> {
  const tools = { adapterById };
  const log = createLog("worker");
  const swept = await sweepWorkFolders();
  if (swept.length > 0) log.info({ folders: swept }, "removed what killed processes left behind");
  const engine = await startEngine({
    url: databaseUrl(),
    workerId: newId("wk"),
    leaseSeconds: config().leaseSeconds,
    handlers: {
      rollback: rollbackHandler(tools),
      prepare: prepareHandler(tools),
      observe: observeHandler(tools),
      check: recheckHandler(tools),
      inspect: inspectHandler(tools),
    },
  });
  await publishOwnKey(log);
  const jobs = periodicJobs.map((job) =>
    repeat(job.everySeconds * 1000, log.child({ job: job.name }), job.work),
  );
  return {
    close: async () => {
      const stopped = engine.stop();
      await Promise.all(jobs.map((job) => job.stop()));
      await stopped;
    },
  };
}
