import { DBOSClient } from "@dbos-inc/dbos-sdk";
import { afterAll, afterEach, expect, it } from "vitest";
import { fate } from "#e2e/fixtures/engine/fate.ts";
import { seedRollback } from "#e2e/fixtures/engine/seed-rollback.ts";
import { once, startTargets, type Targets } from "#e2e/fixtures/engine/six-targets.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { transact } from "#lib/platform/db/transact.ts";

// Faults that durable engines of this kind have had, each held against real processes. The engine's database
// restarting during recovery is in lib/workflows/database-away.crash.test.ts.

const leaseSeconds = 1;
const database = await testDatabase();
const { client } = database;
const settings = { settleSeconds: 1 };
const open: Targets[] = [];
let pool = newPool();

function newPool() {
  return workerPool(
    () => database.url,
    () => client,
    leaseSeconds,
  );
}
async function targetsOf(count: number): Promise<Targets> {
  const targets = await startTargets(count);
  open.push(targets);
  return targets;
}
function tapOf(targets: Targets, index: number) {
  const tap = targets.taps[index];
  if (!tap) throw new Error("There is no such target.");
  return tap;
}
const runOf = (rollback: string) =>
  client.run.findFirstOrThrow({
    where: { subjectId: rollback, kind: "rollback" },
    orderBy: { createdAt: "desc" },
  });

afterEach(async () => {
  await Promise.all(open.splice(0).map((targets) => targets.close()));
});
afterAll(() => pool.stop());

it("a stale list that is resumed while the owner lives: the owner is fenced, and nothing happens twice", async () => {
  await pool.atLeast(2);
  const targets = await targetsOf(3);
  const tap = tapOf(targets, 1);
  const { id, planHash, operator } = await seedRollback(client, { urls: targets.urls, settings });
  const dbos = await DBOSClient.create({ systemDatabaseUrl: database.url });
  tap.onArrived = async () => {
    tap.onArrived = () => undefined;
    const run = await runOf(id);
    await dbos.resumeWorkflows([run.id], { queueName: "rollback" });
    // Held until the second execution has begun.
    await expect
      .poll(async () => (await runOf(id)).generation, { timeout: 20_000, interval: 20 })
      .toBeGreaterThan(run.generation);
  };

  await executeRollback(operator, { id, planHash });
  const end = await fate(client, id);
  await dbos.destroy();

  expect(end.state).toBe("succeeded");
  expect(await targets.effects()).toEqual([once, once, once]);
  const finished = end.events.filter((event) => event.type === "step.finished");
  expect(finished).toHaveLength(3);
});

it("several workers see the same lost run: one takes it over", async () => {
  await pool.atLeast(4);
  const targets = await targetsOf(2);
  const tap = tapOf(targets, 0);
  const { id, planHash, operator } = await seedRollback(client, { urls: targets.urls, settings });
  tap.onArrived = async () => {
    tap.onArrived = () => undefined;
    (await pool.executing(id)).kill("SIGKILL");
  };

  await executeRollback(operator, { id, planHash });
  const end = await fate(client, id);

  expect(end.state).toBe("succeeded");
  // A starved machine may lose a short lease again; but what one worker lost is taken by one other.
  const lost = end.events.flatMap(({ type, body }) =>
    type === "rollback.taken_over" ? [body.data["from"]] : [],
  );
  expect(lost.length).toBeGreaterThan(0);
  expect(new Set(lost).size).toBe(lost.length);
  expect(await targets.effects()).toEqual([once, once]);
});

it("a worker that stops never takes its own work back, and whoever starts later finds it", async () => {
  await pool.stop();
  pool = newPool();
  await pool.atLeast(1);
  const targets = await targetsOf(2);
  const tap = tapOf(targets, 0);
  const { id, planHash, operator } = await seedRollback(client, { urls: targets.urls, settings });
  let ended: Promise<number | string> = Promise.resolve("not stopped");
  tap.onArrived = async () => {
    tap.onArrived = () => undefined;
    const worker = await pool.executing(id);
    ended = worker.ended;
    worker.kill("SIGTERM");
    await ended;
  };
  await executeRollback(operator, { id, planHash });
  await expect.poll(() => ended, { timeout: 20_000 }).toBe(0);
  const left = await runOf(id);
  expect(left).toMatchObject({ state: "running", generation: 1 });

  await pool.atLeast(1);
  const end = await fate(client, id);
  expect(end.state).toBe("succeeded");
  expect(end.takenOver).toHaveLength(1);
  expect(await targets.effects()).toEqual([once, once]);
});

it("a run that was dispatched to a worker which died before it began is begun by another", async () => {
  await pool.stop();
  pool = newPool();
  const targets = await targetsOf(1);
  const { id, operator } = await seedRollback(client, { urls: targets.urls, settings });
  const data = { state: "running", startedAt: new Date(), startedById: operator.id };
  const run = await transact(async (tx) => {
    await tx.rollback.update({ where: { id }, data });
    return enqueueRun(tx, "rollback", id);
  });
  await client.$executeRaw`
    UPDATE dbos.workflow_status SET status = 'PENDING', executor_id = 'wk_dead', owner_xid = 'gone',
      application_version = 'lastgood', application_name = 'lastgood' WHERE workflow_uuid = ${run}`;

  await pool.atLeast(1);
  expect((await fate(client, id)).state).toBe("succeeded");
  expect(await targets.effects()).toEqual([once]);
});

it("a worker whose own dispatch was cut off finds the run again", async () => {
  await pool.atLeast(1);
  const worker = await client.worker.findFirstOrThrow({ orderBy: { heartbeatAt: "desc" } });
  const targets = await targetsOf(1);
  const { id, operator } = await seedRollback(client, { urls: targets.urls, settings });
  const data = { state: "running", startedAt: new Date(), startedById: operator.id };
  await transact(async (tx) => {
    await tx.rollback.update({ where: { id }, data });
    const run = await enqueueRun(tx, "rollback", id);
    await tx.$executeRaw`
      UPDATE dbos.workflow_status SET status = 'PENDING', executor_id = ${worker.id}, owner_xid = 'gone',
        application_version = 'lastgood', application_name = 'lastgood' WHERE workflow_uuid = ${run}`;
  });

  expect((await fate(client, id)).state).toBe("succeeded");
  expect(await targets.effects()).toEqual([once]);
});
