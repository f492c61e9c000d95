import { afterAll, beforeEach, describe, expect, it } from "vitest";
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
const takeOvers: number[] = [];

beforeEach(() => pool.atLeast(2));
afterAll(async () => {
  await pool.stop();
  const sorted = takeOvers.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  process.stdout.write(
    `measured: ${sorted.length} workers killed, lease ${leaseSeconds} s: from the kill to the next execution ` +
      `median ${median?.toFixed(2)} s, longest ${sorted.at(-1)?.toFixed(2)} s\n`,
  );
});

const moments = ["when the call has arrived", "when the call was just answered"] as const;

describe.each([1, 2, 3, 4, 5, 6])("a worker is killed at step %i of six", (killedAt) => {
  it.each(moments)("%s: another finishes, and each effect happened once", async (moment) => {
    const targets = await startTargets();
    const tap = targets.taps[killedAt - 1];
    if (!tap) throw new Error("There is no such step.");
    const settings = { settleSeconds: 2 };
    const { id, planHash, operator } = await seedRollback(database.client, { urls: targets.urls, settings });
    let killedAtMs = 0;
    tap.onArrived = async () => {
      const worker = await pool.executing(id);
      tap.onArrived = () => undefined;
      const kill = (): void => {
        killedAtMs = Date.now();
        worker.kill("SIGKILL");
        tap.onAnswered = () => undefined;
      };
      if (moment === "when the call has arrived") kill();
      else tap.onAnswered = kill;
    };

    await executeRollback(operator, { id, planHash });
    const end = await fate(database.client, id);

    expect(end.state).toBe("succeeded");
    expect(await targets.effects()).toEqual(targets.urls.map(() => once));
    expect(end.takenOver).toHaveLength(1);
    const seconds = (end.claimedAt.getTime() - killedAtMs) / 1000;
    takeOvers.push(seconds);
    expect(seconds).toBeLessThan(leaseSeconds + 10);
    await targets.close();
  });
});

it("the call of a killed worker reaches the target only after another has taken over: never a second one", async () => {
  const targets = await startTargets(2);
  const tap = targets.taps[0];
  if (!tap) throw new Error("There is no such step.");
  const settings = { settleSeconds: 2 };
  const { id, planHash, operator } = await seedRollback(database.client, { urls: targets.urls, settings });
  tap.onArrived = async () => {
    const worker = await pool.executing(id);
    tap.onArrived = () => undefined;
    worker.kill("SIGKILL");
    await expect
      .poll(() => database.client.event.count({ where: { subjectId: id, type: "step.observed" } }), {
        timeout: 30_000,
        interval: 50,
      })
      .toBeGreaterThan(0);
  };

  await executeRollback(operator, { id, planHash });
  const end = await fate(database.client, id);

  expect(["succeeded", "needs_manual"]).toContain(end.state);
  const [first] = await targets.effects();
  expect(first).toEqual(once);
  await targets.close();
});
