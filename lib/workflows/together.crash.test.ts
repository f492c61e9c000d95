import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { fate } from "#e2e/fixtures/engine/fate.ts";
import { approveTogether, requestTogether, seedTogether } from "#e2e/fixtures/engine/seed-together.ts";
import { once, type Targets } from "#e2e/fixtures/engine/six-targets.ts";
import type { Tap } from "#e2e/fixtures/engine/tap.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { resumeRollback } from "#lib/commands/rollback/control.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const leaseSeconds = 2;
const database = await testDatabase();
const { client } = database;
const pool = workerPool(
  () => database.url,
  () => database.client,
  leaseSeconds,
);
const untouched = { flips: 0, posts: 0, active: "green" };

const open: Targets[] = [];

beforeEach(() => pool.atLeast(2));
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => pool.stop());

const count = (id: string, type: string) => client.event.count({ where: { subjectId: id, type } });

/** Kills whoever executes, when its first call has arrived there, or when that was just answered. */
function killAt(id: string, tap: Tap | undefined, moment: "arrived" | "answered"): void {
  if (!tap) throw new Error("There is no such target.");
  tap.onArrived = async () => {
    const worker = await pool.executing(id);
    tap.onArrived = () => undefined;
    const kill = (): void => {
      worker.kill("SIGKILL");
      tap.onAnswered = () => undefined;
    };
    if (moment === "arrived") kill();
    else tap.onAnswered = kill;
  };
}

describe("two services on two procedures", () => {
  it.each(["arrived", "answered"] as const)(
    "a worker is killed in each lane when the call has %s, and all of them while it waits: each effect once, asked once",
    async (moment) => {
      const together = await seedTogether();
      const { targets, operator, shop, billing } = together;
      open.push(targets);
      const id = await requestTogether(client, together);
      const planHash = await approveTogether(client, together, id);

      killAt(id, targets.taps[0], moment);
      await executeRollback(operator, { id, planHash });
      const held = await fate(client, id);
      expect(held.state).toBe("paused");
      expect(held.events.at(-1)?.type).toBe("rollback.held");
      expect(held.takenOver).toHaveLength(1);
      expect(await targets.effects()).toEqual([once, untouched]);

      await pool.killAll();
      await pool.atLeast(2);
      expect(await client.rollback.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "paused" });
      expect(await targets.effects()).toEqual([once, untouched]);

      killAt(id, targets.taps[1], moment);
      await resumeRollback(operator, { id, reason: "The shop is well." });
      const end = await fate(client, id);
      expect(end.state).toBe("succeeded");
      expect(end.takenOver).toHaveLength(2);
      expect(await targets.effects()).toEqual([once, once]);
      expect(await count(id, "rollback.held")).toBe(1);
      expect(await count(id, "rollback.resumed")).toBe(1);
      const restored = await client.deployment.findMany({
        where: { rollbackId: id },
        orderBy: { serviceId: "asc" },
      });
      expect(restored.map((row) => [row.serviceId, row.version])).toEqual([
        [billing, "2.3.0"],
        [shop, "2.3.0"],
      ]);
    },
  );

  it("a worker is killed on the way to the hold, just before it and just after it: it is neither skipped nor asked again", async () => {
    const together = await seedTogether();
    const { targets, operator } = together;
    open.push(targets);
    const id = await requestTogether(client, together);
    const planHash = await approveTogether(client, together, id);
    let killed = 0;
    const killOnce = async (isTime: () => Promise<boolean>): Promise<void> => {
      await expect.poll(isTime, { timeout: 60_000, interval: 5 }).toBe(true);
      const worker = await pool.executing(id).catch(() => null);
      if (worker === null) return;
      worker.kill("SIGKILL");
      await worker.ended;
      killed += 1;
      await pool.atLeast(2);
    };
    const told = (key: string, type: string) => async (): Promise<boolean> => {
      const rows = await client.event.findMany({ where: { subjectId: id, type }, select: { body: true } });
      return rows.some((row) => (JSON.parse(row.body) as { data: { key?: string } }).data.key === key);
    };
    const isClaimed = async (): Promise<boolean> =>
      (await client.run.count({ where: { subjectId: id, kind: "rollback", state: "running" } })) > 0;
    const { plan } = await client.rollback.findUniqueOrThrow({ where: { id } });
    const gate = (JSON.parse(plan ?? "") as { phases: { id: string; steps: { key: string }[] }[] }).phases
      .flatMap((phase) => (phase.id === "execution" ? phase.steps : []))
      .map((step) => step.key);
    const last = gate.at(-2) ?? "";

    await executeRollback(operator, { id, planHash });
    await killOnce(told(gate.at(0) ?? "", "step.finished"));
    await killOnce(told(last, "step.started"));
    expect((await fate(client, id)).state).toBe("paused");
    expect(await targets.effects()).toEqual([once, untouched]);
    expect(await count(id, "rollback.held")).toBe(1);

    await resumeRollback(operator, { id, reason: "Go." });
    await killOnce(isClaimed);
    // Killed between intent and call, nobody knows whether it was sent: people are asked, and nothing is sent again.
    expect(["succeeded", "needs_manual"]).toContain((await fate(client, id)).state);
    expect((await targets.effects()).map((one) => one.posts)).toEqual([1, expect.toBeOneOf([0, 1])]);
    expect(await count(id, "rollback.held")).toBe(1);
    process.stdout.write(`measured: ${killed} of 3 workers were caught executing around the hold\n`);
  });
});
