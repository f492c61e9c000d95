import { afterAll, beforeEach, expect, it } from "vitest";
import { fate } from "#e2e/fixtures/engine/fate.ts";
import { seedRollback } from "#e2e/fixtures/engine/seed-rollback.ts";
import { once, startTargets } from "#e2e/fixtures/engine/six-targets.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const leaseSeconds = 2;
const database = await testDatabase();
const pool = workerPool(
  () => database.url,
  () => database.client,
  leaseSeconds,
);
const told: string[] = [];

beforeEach(() => pool.atLeast(2));
afterAll(async () => {
  await pool.stop();
  for (const line of told) process.stdout.write(`measured: ${line}\n`);
});

it.each(["when the call has arrived", "when the call was just answered"])(
  "a worker frozen past its lease %s touches nothing when it thaws",
  async (moment) => {
    const targets = await startTargets();
    const tap = targets.taps[2];
    if (!tap) throw new Error("There is no such step.");
    const settings = { settleSeconds: 2 };
    const { id, planHash, operator } = await seedRollback(database.client, { urls: targets.urls, settings });
    let thaw = (): void => undefined;
    let frozenAt = 0;
    tap.onArrived = async () => {
      const worker = await pool.executing(id);
      tap.onArrived = () => undefined;
      const freeze = (): void => {
        frozenAt = Date.now();
        worker.kill("SIGSTOP");
        thaw = () => worker.kill("SIGCONT");
        tap.onAnswered = () => undefined;
      };
      if (moment === "when the call has arrived") freeze();
      else tap.onAnswered = freeze;
    };

    await executeRollback(operator, { id, planHash });
    const end = await fate(database.client, id);
    expect(end.state).toBe("succeeded");
    const before = await database.client.event.count({ where: { subjectId: id } });
    thaw();
    // The thawed worker is known to be back at work once it has looked at something else.
    const other = await startTargets(1);
    const second = await seedRollback(database.client, { urls: other.urls });
    await executeRollback(second.operator, { id: second.id, planHash: second.planHash });
    expect((await fate(database.client, second.id)).state).toBe("succeeded");

    expect(await targets.effects()).toEqual(targets.urls.map(() => once));
    expect(await database.client.event.count({ where: { subjectId: id } })).toBe(before);
    expect(end.takenOver).toHaveLength(1);
    told.push(
      `worker frozen ${moment}: taken over ${((end.claimedAt.getTime() - frozenAt) / 1000).toFixed(2)} s later`,
    );
    await Promise.all([targets.close(), other.close()]);
  },
);

it("a worker told to stop hands its rollback over at the next safe point, and ends within seconds", async () => {
  const targets = await startTargets();
  const tap = targets.taps[1];
  if (!tap) throw new Error("There is no such step.");
  const { id, planHash, operator } = await seedRollback(database.client, { urls: targets.urls });
  let stoppedAt = 0;
  let ended: Promise<number | string> = Promise.resolve("not stopped");
  tap.onArrived = async () => {
    const worker = await pool.executing(id);
    tap.onArrived = () => undefined;
    stoppedAt = Date.now();
    worker.kill("SIGTERM");
    ended = worker.ended;
  };

  await executeRollback(operator, { id, planHash });
  const end = await fate(database.client, id);

  expect(end.state).toBe("succeeded");
  expect(await ended).toBe(0);
  expect(await targets.effects()).toEqual(targets.urls.map(() => once));
  expect(end.takenOver).toHaveLength(1);
  expect(end.events.find((event) => event.type === "rollback.taken_over")?.body.data["why"]).toBe(
    "the worker was stopped",
  );
  const seconds = (end.claimedAt.getTime() - stoppedAt) / 1000;
  told.push(`worker told to stop: handed over ${seconds.toFixed(2)} s later`);
  expect(seconds).toBeLessThan(leaseSeconds + 10);
  await targets.close();
});

it("a worker told to stop in the middle of a call that does not end leaves it to be settled by looking", async () => {
  const targets = await startTargets(2);
  const tap = targets.taps[0];
  if (!tap) throw new Error("There is no such step.");
  const { id, planHash, operator } = await seedRollback(database.client, { urls: targets.urls });
  let ended: Promise<number | string> = Promise.resolve("not stopped");
  tap.onArrived = async () => {
    const worker = await pool.executing(id);
    tap.onArrived = () => undefined;
    worker.kill("SIGTERM");
    ended = worker.ended;
    await ended;
  };

  await executeRollback(operator, { id, planHash });
  const end = await fate(database.client, id);

  expect(end.state).toBe("succeeded");
  expect(await ended).toBe(0);
  expect(await targets.effects()).toEqual(targets.urls.map(() => once));
  await targets.close();
});
