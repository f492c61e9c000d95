import { setTimeout as delay } from "node:timers/promises";
import { DBOS, DBOSWorkflowConflictError, type DLogger } from "@dbos-inc/dbos-sdk";
import { dbRetryConfig } from "@dbos-inc/dbos-sdk/internal/utils";
import { wfQueueRunner } from "@dbos-inc/dbos-sdk/internal/wfqueue";
import { JsonObject } from "#lib/domain/json.ts";
import { db } from "#lib/platform/db/client.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { createLog, type Log } from "#lib/platform/log.ts";
import { startHeartbeat, type Heartbeat } from "#lib/engine/heartbeat.ts";
import { applicationName, applicationVersion, workflowName } from "#lib/engine/names.ts";
import { claimRun, endRun, fence } from "#lib/engine/ownership.ts";
import { isUnavailable, letGo, persistently } from "#lib/engine/persistently.ts";
import { repeat, type Repeated } from "#lib/engine/repeat.ts";
import { Parted, type Handler, type Run } from "#lib/engine/run.ts";
import { takeOverPass } from "#lib/engine/take-over.ts";

export type EngineOptions = {
  url: string;
  /** Fresh for each process: it is also the lease's name. */
  workerId: string;
  leaseSeconds: number;
  handlers: Record<string, Handler>;
  /** How long executions in progress may take to reach a safe point once draining. Default 4 s. */
  drainSeconds?: number;
  /** How many runs of one kind a worker executes at once. Default 20. */
  concurrency?: number;
};

export type Engine = {
  workerId: string;
  isDraining: () => boolean;
  /** Takes no more work, lets executions reach a safe point, then ends the lease so that others take over at once. */
  stop: () => Promise<void>;
};

const defaultPollMs = 100;
const takeOverMs = 1000;
const poolSize = 6;
const releaseMs = 2000;

/** Starts executing runs in this process; the database's tables must be there. Once per process. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { url, workerId, leaseSeconds, handlers, drainSeconds = 4, concurrency = 20 } = options;
  const log = createLog("engine");
  // Lost connections are retried within seconds: by default the engine would sleep up to 90 s after an outage.
  dbRetryConfig.initialBackoffSec = 0.25;
  dbRetryConfig.maxBackoffSec = 1;
  const heartbeat = await startHeartbeat(workerId, leaseSeconds, log);
  const executing = new Map<string, number>();
  const idlers: (() => void)[] = [];
  const untilIdle = (): Promise<void> =>
    executing.size === 0 ? Promise.resolve() : new Promise((resolve) => void idlers.push(resolve));
  const draining = new AbortController();
  const outOfPatience = new AbortController();

  DBOS.setConfig({
    name: applicationName,
    systemDatabaseUrl: url,
    systemDatabasePoolSize: poolSize,
    applicationVersion,
    executorID: workerId,
    listenQueues: Object.keys(handlers),
    useListenNotify: false,
    runMigrations: false,
    logger: engineLog(log),
  });
  DBOS.registerWorkflow(
    async (id: string, input: unknown) => {
      executing.set(id, (executing.get(id) ?? 0) + 1);
      try {
        await execute(id, JsonObject.parse(input));
      } catch (error) {
        if (error instanceof Parted) throw new DBOSWorkflowConflictError(id);
        throw error;
      } finally {
        const left = (executing.get(id) ?? 1) - 1;
        if (left > 0) executing.set(id, left);
        else executing.delete(id);
        if (executing.size === 0) for (const wake of idlers.splice(0)) wake();
      }
    },
    { name: workflowName },
  );

  const execute = async (id: string, input: JsonObject): Promise<void> => {
    if (draining.signal.aborted) throw new Parted("This worker drains.");
    const claimed = await claim(id, workerId, log);
    if (claimed === null) return;
    const handler = handlers[claimed.kind];
    if (!handler) throw new Error(`Nothing handles runs of the kind ${claimed.kind}.`);
    const run: Run = {
      id,
      kind: claimed.kind,
      subjectId: claimed.subjectId,
      input,
      generation: claimed.generation,
      workerId,
      signal: outOfPatience.signal,
      handOver: () => {
        if (draining.signal.aborted) throw new Parted("This worker drains.");
      },
      confirmOwned: async () => {
        if (heartbeat.holdsLease()) return;
        await persistently(() => heartbeat.beat(), letGo(outOfPatience.signal));
        await persistently(() => transact((tx) => fence(tx, claimed)), letGo(outOfPatience.signal));
      },
    };
    try {
      await handler.run(run);
    } catch (error) {
      if (error instanceof Parted || error instanceof DBOSWorkflowConflictError) throw error;
      if (isUnavailable(error)) throw new Parted("The database went away.");
      log.error({ err: error, run: id, kind: run.kind }, "a run ended by a bug");
      await tellFailure(handler, run, error, log);
    }
  };

  await DBOS.launch();
  for (const [kind, { pollMs }] of Object.entries(handlers)) {
    await DBOS.registerQueue(kind, {
      workerConcurrency: concurrency,
      minPollingIntervalMs: pollMs ?? defaultPollMs,
      onConflict: "always_update",
    });
  }
  const startedAt = performance.now();
  const pass = takeOverPass({
    workerId,
    leaseSeconds,
    handlers,
    isExecuting: (id) => executing.has(id),
    log,
  });
  const takeOvers = repeat(takeOverMs, log, async () => {
    // After an outage everyone's lease is over: each gets one lease of time to renew it.
    const hasGap =
      performance.now() - heartbeat.steadySince() < leaseSeconds * 1000 &&
      heartbeat.steadySince() > startedAt;
    if (!hasGap && heartbeat.holdsLease()) await pass();
  });
  log.info({ workerId, leaseSeconds }, "the engine runs");

  return {
    workerId,
    isDraining: () => draining.signal.aborted,
    stop: () => stop({ draining, outOfPatience, takeOvers, heartbeat, untilIdle, drainSeconds, log }),
  };
}

/** A run never stays behind a bug: where its handler cannot record the failure either, the run just ends. */
async function tellFailure(handler: Handler, run: Run, error: unknown, log: Log): Promise<void> {
  const end = (): Promise<void> => transact((tx) => endRun(tx, run, undefined, String(error)));
  const { failed } = handler;
  if (!failed) return persistently(end);
  try {
    await persistently(() => failed(run, error));
  } catch (worse) {
    if (worse instanceof Parted) throw worse;
    log.error({ err: worse, run: run.id }, "the failure of a run could not be recorded");
    await persistently(end);
  }
}

async function claim(id: string, workerId: string, log: Log) {
  const claimed = await persistently(() => transact((tx) => claimRun(tx, id, workerId)));
  if (claimed) {
    if (claimed.workerId !== null)
      log.warn({ run: id, from: claimed.workerId }, "claimed a run that another still held");
    return claimed;
  }
  const run = await persistently(() => db().run.findUnique({ where: { id }, select: { state: true } }));
  if (run?.state === "queued" || run?.state === "running")
    throw new Parted("This worker must not take work.");
  return null;
}

type Stopping = {
  draining: AbortController;
  outOfPatience: AbortController;
  takeOvers: Repeated;
  heartbeat: Heartbeat;
  /** Resolves when this process executes nothing any more. */
  untilIdle: () => Promise<void>;
  drainSeconds: number;
  log: Log;
};

async function stop(stopping: Stopping): Promise<void> {
  const { draining, outOfPatience, takeOvers, heartbeat, untilIdle, drainSeconds, log } = stopping;
  if (draining.signal.aborted) return;
  draining.abort();
  // Not by DBOS.shutdown: that waits for executions which have already let go.
  wfQueueRunner.stop();
  const orLog = (error: unknown): void =>
    log.warn({ err: error }, "the database did not hear that this worker stops");
  const longEnough = delay(drainSeconds * 1000);
  const told = heartbeat.drain().catch(orLog);
  const patience = setTimeout(() => outOfPatience.abort(), drainSeconds * 750);
  await Promise.race([Promise.all([told, takeOvers.stop(), untilIdle()]), longEnough]);
  clearTimeout(patience);
  outOfPatience.abort();
  await Promise.race([heartbeat.release().catch(orLog), delay(releaseMs)]);
  await DBOS.shutdown({ deregister: true });
}

function engineLog(log: Log): DLogger {
  const text = (entry: unknown): string => (entry instanceof Error ? entry.message : String(entry));
  return {
    debug: (entry) => log.trace(text(entry)),
    info: (entry) => log.debug(text(entry)),
    warn: (entry) => log.debug(text(entry)),
    error: (entry) => log.warn(text(entry)),
  };
}
