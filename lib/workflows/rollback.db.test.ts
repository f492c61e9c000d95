import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fate, type Fate } from "#e2e/fixtures/engine/fate.ts";
import { seedRollback, type Seed, type Seeded } from "#e2e/fixtures/engine/seed-rollback.ts";
import { once, startTargets, type Targets } from "#e2e/fixtures/engine/six-targets.ts";
import { abortRollback } from "#lib/commands/rollback/abort.ts";
import { actOnStep } from "#lib/commands/rollback/act-on-step.ts";
import { pauseRollback, resumeRollback } from "#lib/commands/rollback/control.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { newId } from "#lib/platform/id.ts";
import { transact } from "#lib/platform/db/transact.ts";
import type { Running } from "#lib/processes/run-process.ts";
import { startWorker } from "#lib/processes/worker.ts";

const { client } = await testDatabase();
let worker: Running;
let targets: Targets;
const untouched = { flips: 0, posts: 0, active: "green" };
const open: Targets[] = [];

beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.close());
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function seed(count: number, more: Partial<Seed> = {}): Promise<Seeded> {
  targets = await startTargets(count);
  open.push(targets);
  const settings = { settleSeconds: 0, switchSeconds: 1, ...more.settings };
  return seedRollback(client, { urls: targets.urls, ...more, settings });
}

async function execute(seeded: Seeded): Promise<Fate> {
  await executeRollback(seeded.operator, { id: seeded.id, planHash: seeded.planHash });
  return fate(client, seeded.id);
}

/** As an execution would be that began without a fresh look. */
async function startBlindly(seeded: Seeded): Promise<Fate> {
  const now = new Date();
  await transact(async (tx) => {
    const data = { state: "running", startedAt: now, startedById: seeded.operator.id };
    await tx.rollback.update({ where: { id: seeded.id }, data });
    await enqueueRun(tx, "rollback", seeded.id);
  });
  return fate(client, seeded.id);
}

async function anIncidentOf(rollback: string): Promise<string> {
  const { serviceId, initiatorId } = await client.rollback.findUniqueOrThrow({ where: { id: rollback } });
  const id = newId("inc");
  await client.incident.create({
    data: {
      id,
      title: "Something is wrong",
      severity: "P1",
      state: "rolling_back",
      facts: {},
      serviceId,
      environment: "production",
      playbookId: "mvp-blue-green",
      playbookVersion: 2,
      declaredById: initiatorId,
      detectedAt: new Date(),
    },
  });
  await client.rollback.update({ where: { id: rollback }, data: { incidentId: id } });
  return id;
}

const types = (end: Fate): string[] => end.events.map((event) => event.type);
const lastError = async (id: string): Promise<{ code: string; step: string | null } | undefined> => {
  const row = await client.rollback.findUniqueOrThrow({ where: { id } });
  return (row.errors as { code: string; step: string | null }[]).at(-1);
};
const untilEvent = (id: string, type: string): Promise<unknown> =>
  expect
    .poll(() => client.event.count({ where: { subjectId: id, type } }), { timeout: 20_000, interval: 20 })
    .toBeGreaterThan(0);
const stepRow = (id: string, key: string) =>
  client.step.findUniqueOrThrow({ where: { rollbackId_key: { rollbackId: id, key } } });
const first = "execution.code.switch-1";
const second = "execution.code.switch-2";

describe("a rollback that works", () => {
  it("looks, writes its intent, acts, looks again and proves it, step by step", async () => {
    const seeded = await seed(2, { hasChecks: true });
    const end = await execute(seeded);
    expect(end.state).toBe("succeeded");
    expect(await targets.effects()).toEqual([once, once]);
    expect(types(end)).toEqual([
      "rollback.started",
      "step.started",
      "step.intended",
      "step.finished",
      "step.started",
      "step.intended",
      "step.finished",
      "rollback.verifying",
      "step.started",
      "step.finished",
      "step.started",
      "step.finished",
      "rollback.finished",
    ]);
    const row = await stepRow(seeded.id, first);
    expect(row).toMatchObject({ state: "done", attempts: 1, intendedAt: null, error: null });
    expect(row.evidence).not.toEqual([]);
  });

  it("puts the restored version into the history and quarantines the bad one", async () => {
    const seeded = await seed(1);
    await execute(seeded);
    const { serviceId } = await client.rollback.findUniqueOrThrow({ where: { id: seeded.id } });
    const newest = await client.deployment.findFirst({
      where: { serviceId },
      orderBy: { deployedAt: "desc" },
    });
    expect(newest).toMatchObject({ version: "2.3.0", knownGood: true, rollbackId: seeded.id });
    const pins = await client.pin.findMany({ where: { serviceId } });
    expect(pins).toMatchObject([{ version: "2.4.0", rollbackId: seeded.id, releasedAt: null }]);
  });

  it("does nothing where the target already is as wanted", async () => {
    const seeded = await seed(2);
    await client.step.updateMany({ where: { rollbackId: seeded.id }, data: { startedAt: new Date() } });
    await targets.servers[0]?.flip();
    const end = await startBlindly(seeded);
    expect(end.state).toBe("succeeded");
    expect((await stepRow(seeded.id, first)).state).toBe("already_done");
    expect((await targets.effects())[0]).toMatchObject({ posts: 0 });
  });
});

describe("what people want of it", () => {
  it("pauses between two steps, and goes on where it stopped", async () => {
    const seeded = await seed(3);
    const [tap] = targets.taps;
    if (tap)
      tap.onArrived = async () => {
        await pauseRollback(seeded.operator, { id: seeded.id, reason: "wait" });
      };
    expect((await execute(seeded)).state).toBe("paused");
    expect(await targets.effects()).toEqual([once, untouched, untouched]);
    await resumeRollback(seeded.operator, { id: seeded.id, reason: "go on" });
    const end = await fate(client, seeded.id);
    expect(end.state).toBe("succeeded");
    expect(await targets.effects()).toEqual([once, once, once]);
  });

  it("aborts at the next safe point: partial, because something was done", async () => {
    const seeded = await seed(3);
    const [tap] = targets.taps;
    if (tap)
      tap.onArrived = async () => {
        await abortRollback(seeded.operator, { id: seeded.id, reason: "stop" });
      };
    const end = await execute(seeded);
    expect(end.state).toBe("partial");
    expect(end.events.at(-1)?.body.data).toMatchObject({ outcome: "partial", done: [first] });
    expect(await targets.effects()).toEqual([once, untouched, untouched]);
  });

  it("aborts a wait at once: cancelled, because nothing was done", async () => {
    const seeded = await seed(2);
    await targets.servers[0]?.faults({ statusDown: true });
    await executeRollback(seeded.operator, { id: seeded.id, planHash: seeded.planHash });
    await untilEvent(seeded.id, "step.retrying");
    const row = await stepRow(seeded.id, first);
    expect(row.state).toBe("waiting_retry");
    expect(row.nextRetryAt).not.toBeNull();
    await abortRollback(seeded.operator, { id: seeded.id, reason: "stop" });
    const end = await fate(client, seeded.id);
    expect(end.state).toBe("cancelled");
    expect(await targets.effects()).toEqual([untouched, untouched]);
  });

  it("heeds what was asked for during the very last step: a pause before the window opens", async () => {
    const seeded = await seed(1, { monitoringSeconds: 1 });
    const [tap] = targets.taps;
    if (tap)
      tap.onArrived = async () => {
        await pauseRollback(seeded.operator, { id: seeded.id, reason: "wait" });
      };
    expect((await execute(seeded)).state).toBe("paused");
    expect(await targets.effects()).toEqual([once]);
    await resumeRollback(seeded.operator, { id: seeded.id, reason: "go on" });
    expect((await fate(client, seeded.id)).state).toBe("succeeded");
    const { control } = await client.rollback.findUniqueOrThrow({ where: { id: seeded.id } });
    expect(control).toBeNull();
  });

  it("heeds what was asked for during the very last step: an abort before it is called a success", async () => {
    const seeded = await seed(1);
    const [tap] = targets.taps;
    if (tap)
      tap.onArrived = async () => {
        await abortRollback(seeded.operator, { id: seeded.id, reason: "stop" });
      };
    const end = await execute(seeded);
    expect(end.state).toBe("partial");
    expect(end.events.at(-1)?.body.data).toMatchObject({ reason: "stop", done: [first], remaining: [] });
    expect(await client.deployment.count({ where: { rollbackId: seeded.id } })).toBe(1);
  });

  it("stops before the next effect when an approver has lost the role", async () => {
    const seeded = await seed(2);
    const [tap] = targets.taps;
    if (tap)
      tap.onArrived = async () => {
        await client.grant.deleteMany({ where: { userId: seeded.approver.id } });
      };
    const end = await execute(seeded);
    expect(end.state).toBe("needs_manual");
    expect(await lastError(seeded.id)).toMatchObject({ code: "ROLE_REVOKED", step: second });
    expect(await targets.effects()).toEqual([once, untouched]);
  });
});

describe("targets that do not do as they are told", () => {
  it("tries again when nothing was sent, and shows when", async () => {
    const seeded = await seed(1);
    await targets.servers[0]?.faults({ statusDown: true });
    await executeRollback(seeded.operator, { id: seeded.id, planHash: seeded.planHash });
    await untilEvent(seeded.id, "step.retrying");
    await targets.servers[0]?.faults({});
    const end = await fate(client, seeded.id);
    expect(end.state).toBe("succeeded");
    expect(await targets.effects()).toEqual([once]);
  });

  it("asks people when the target refuses, with the remaining commands, and goes on when they retry", async () => {
    const seeded = await seed(2);
    await targets.servers[0]?.faults({ rollbackStatus: 403 });
    const end = await execute(seeded);
    expect(end.state).toBe("needs_manual");
    expect((await stepRow(seeded.id, first)).state).toBe("failed");
    expect(end.events.at(-1)).toMatchObject({
      type: "rollback.needs_manual",
      body: { data: { step: first, remaining: [{ key: first }, { key: second }] } },
    });
    await targets.servers[0]?.faults({});
    await actOnStep(seeded.operator, { id: seeded.id, key: first, action: "retry", reason: "fixed" });
    expect((await fate(client, seeded.id)).state).toBe("succeeded");
    expect((await targets.effects()).map((one) => one.flips)).toEqual([1, 1]);
  });

  it("says what is uncertain when a connection was cut, and never asks twice", async () => {
    const seeded = await seed(2);
    await targets.servers[0]?.faults({ dropBefore: true });
    const end = await execute(seeded);
    expect(end.state).toBe("needs_manual");
    expect(types(end)).toContain("step.uncertain");
    expect((await stepRow(seeded.id, first)).state).toBe("unknown");
    expect(await targets.effects()).toEqual([{ ...untouched, posts: 1 }, untouched]);
    const evidence = "curl shows green.";
    await actOnStep(seeded.operator, {
      id: seeded.id,
      key: first,
      action: "mark_done",
      reason: "seen",
      evidence,
    });
    expect((await fate(client, seeded.id)).state).toBe("succeeded");
  });

  it("settles a cut connection by looking when the effect happened", async () => {
    const seeded = await seed(1);
    await targets.servers[0]?.faults({ dropAfter: true });
    expect((await execute(seeded)).state).toBe("succeeded");
    expect(await targets.effects()).toEqual([once]);
  });

  it("calls it partial when a person skips what would have acted", async () => {
    const seeded = await seed(2);
    await targets.servers[0]?.faults({ rollbackStatus: 403 });
    await execute(seeded);
    await actOnStep(seeded.operator, { id: seeded.id, key: first, action: "skip", reason: "not needed" });
    const end = await fate(client, seeded.id);
    expect(end.state).toBe("partial");
    expect(end.events.at(-1)?.body.data).toMatchObject({ outcome: "partial", waived: [first] });
  });

  it("names the one of eight targets that cannot be reached, goes on without it when a person says so, and is partial", async () => {
    const seeded = await seed(8, { stepSeconds: 3 });
    const incident = await anIncidentOf(seeded.id);
    const odd = "execution.code.switch-5";
    const [tap] = targets.taps;
    // It goes away when the first has begun, after the last look before the start.
    if (tap) tap.onArrived = () => targets.servers[4]?.stop();
    const stopped = await execute(seeded);
    expect(stopped.state).toBe("needs_manual");
    expect(await lastError(seeded.id)).toMatchObject({ step: odd });
    await actOnStep(seeded.operator, { id: seeded.id, key: odd, action: "skip", reason: "It is gone." });
    const end = await fate(client, seeded.id);
    expect(end.state).toBe("partial");
    expect(end.events.at(-1)?.body.data).toMatchObject({ outcome: "partial", waived: [odd] });
    const reached = targets.servers.filter((_, at) => at !== 4);
    expect(await Promise.all(reached.map(async (one) => (await one.counters()).flips))).toEqual(
      reached.map(() => 1),
    );
    const after = await client.incident.findUniqueOrThrow({ where: { id: incident } });
    expect(after).toMatchObject({ state: "deciding", recoveredAt: null });
  });
});

describe("plans that are not what was signed", () => {
  it("touches nothing when a target changed after signing", async () => {
    const seeded = await seed(2);
    await targets.servers[1]?.flip();
    const end = await startBlindly(seeded);
    expect(end.state).toBe("needs_manual");
    expect(await lastError(seeded.id)).toMatchObject({ code: "PLAN_STALE", step: second });
    expect((await targets.effects()).map((one) => one.posts)).toEqual([0, 0]);
  });

  it("touches nothing when the stored plan was changed", async () => {
    const seeded = await seed(1);
    await client.$executeRaw`
      UPDATE rollback SET plan = replace(plan, 'It', 'it') || ' ' WHERE id = ${seeded.id}`;
    const end = await startBlindly(seeded);
    expect(end.state).toBe("needs_manual");
    expect(await lastError(seeded.id)).toMatchObject({ code: "PLAN_STALE" });
    expect(await targets.effects()).toEqual([untouched]);
  });
});

describe("limits", () => {
  it("stops before the next effect when the rollback's limit is over", async () => {
    const seeded = await seed(2, { limits: { rollbackSeconds: 1, healthSeconds: 5 } });
    await targets.servers[0]?.faults({ delayAfterMs: 1200 });
    const end = await execute(seeded);
    expect(end.state).toBe("needs_manual");
    expect(await lastError(seeded.id)).toMatchObject({ code: "LIMIT_REACHED", step: second });
    expect(await targets.effects()).toEqual([once, untouched]);
  });

  it("stops waiting for a retry when the limit for being healthy is over", async () => {
    const seeded = await seed(1, { hasChecks: true, limits: { rollbackSeconds: 60, healthSeconds: 2 } });
    await targets.servers[0]?.faults({ health: "starting", healthStatus: 503 });
    const end = await execute(seeded);
    expect(end.state).toBe("needs_manual");
    expect(await targets.effects()).toEqual([once]);
  });

  it("asks people about a rollback that nobody carries on, once its limit is over", async () => {
    const seeded = await seed(1);
    const past = new Date(Date.now() - 10_000);
    await transact(async (tx) => {
      const data = { state: "running", startedAt: past, deadlineAt: past };
      await tx.rollback.update({ where: { id: seeded.id }, data });
      await tx.run.create({ data: { id: `run_${seeded.id}`, kind: "rollback", subjectId: seeded.id } });
    });
    const end = await fate(client, seeded.id);
    expect(end.state).toBe("needs_manual");
    expect(await lastError(seeded.id)).toMatchObject({ code: "LIMIT_REACHED" });
  });

  it("asks people about a rollback whose run ended without an outcome", async () => {
    const seeded = await seed(1);
    await client.rollback.update({ where: { id: seeded.id }, data: { state: "running" } });
    const end = await fate(client, seeded.id);
    expect(end.state).toBe("needs_manual");
    expect(await lastError(seeded.id)).toMatchObject({ code: "BROKEN" });
  });
});

describe("the monitoring window", () => {
  it("goes on to its end under whoever takes it over, also where the last one was lost as it opened", async () => {
    const seeded = await seed(1, { hasChecks: true, monitoringSeconds: 2 });
    await executeRollback(seeded.operator, { id: seeded.id, planHash: seeded.planHash });
    await fate(client, seeded.id, 20_000, ["monitoring"]);
    await transact(async (tx) => {
      const where = { subjectId: seeded.id, kind: "rollback" };
      await tx.run.updateMany({ where, data: { state: "done", generation: { increment: 1 } } });
      await enqueueRun(tx, "rollback", seeded.id);
    });
    const end = await fate(client, seeded.id);
    expect(end.state).toBe("succeeded");
    const { monitoringUntil, endedAt } = await client.rollback.findUniqueOrThrow({
      where: { id: seeded.id },
    });
    expect(endedAt?.getTime()).toBeGreaterThanOrEqual(monitoringUntil?.getTime() ?? NaN);
  });

  it("ends well when the version stays healthy", async () => {
    const seeded = await seed(1, { hasChecks: true, monitoringSeconds: 2 });
    const end = await execute(seeded);
    expect(end.state).toBe("succeeded");
    expect(types(end)).toContain("rollback.monitoring");
  });

  it("is watched on where the record says that it is not over yet", async () => {
    const seeded = await seed(1, { hasChecks: true, monitoringSeconds: 2 });
    await executeRollback(seeded.operator, { id: seeded.id, planHash: seeded.planHash });
    await fate(client, seeded.id, 20_000, ["monitoring"]);
    // As the record looks to a worker whose clock was set back.
    const monitoringUntil = new Date(Date.now() + 5000);
    await client.rollback.update({ where: { id: seeded.id }, data: { monitoringUntil } });
    const end = await fate(client, seeded.id, 20_000);
    expect(end.state).toBe("succeeded");
    expect(end.events.at(-1)?.at.getTime()).toBeGreaterThanOrEqual(monitoringUntil.getTime());
  });

  it("leaves nothing called good where it was given up: neither the version nor the incident", async () => {
    const seeded = await seed(1, { hasChecks: true, monitoringSeconds: 30, settings: { timeoutMs: 500 } });
    const incident = await anIncidentOf(seeded.id);
    await executeRollback(seeded.operator, { id: seeded.id, planHash: seeded.planHash });
    await untilEvent(seeded.id, "rollback.monitoring");
    const recovered = await client.incident.findUniqueOrThrow({ where: { id: incident } });
    expect(recovered.state).toBe("monitoring");
    await targets.servers[0]?.faults({ health: "unhealthy", healthStatus: 503 });
    expect((await fate(client, seeded.id)).state).toBe("needs_manual");
    const asked = await abortRollback(seeded.operator, { id: seeded.id, reason: "It is ill." });
    expect(asked.state).toBe("partial");
    const rows = await client.deployment.findMany({ where: { rollbackId: seeded.id } });
    expect(rows).toMatchObject([{ version: "2.3.0", knownGood: null, knownGoodReason: null }]);
    const after = await client.incident.findUniqueOrThrow({ where: { id: incident } });
    expect(after).toMatchObject({ state: "deciding", recoveredAt: null });
  });

  it("asks people when it does not", async () => {
    const seeded = await seed(1, { hasChecks: true, monitoringSeconds: 30, settings: { timeoutMs: 500 } });
    await executeRollback(seeded.operator, { id: seeded.id, planHash: seeded.planHash });
    await untilEvent(seeded.id, "rollback.monitoring");
    await targets.servers[0]?.faults({ health: "unhealthy", healthStatus: 503 });
    expect((await fate(client, seeded.id)).state).toBe("needs_manual");
    expect(await lastError(seeded.id)).toMatchObject({ code: "NOT_HEALTHY" });
  });
});
