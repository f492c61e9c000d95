import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fate } from "#e2e/fixtures/engine/fate.ts";
import {
  approveTogether,
  requestTogether,
  seedTogether,
  type Together,
} from "#e2e/fixtures/engine/seed-together.ts";
import { once } from "#e2e/fixtures/engine/six-targets.ts";
import { abortRollback } from "#lib/commands/rollback/abort.ts";
import { actOnStep } from "#lib/commands/rollback/act-on-step.ts";
import { pauseRollback, resumeRollback } from "#lib/commands/rollback/control.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import type { RequestMember } from "#lib/domain/rollback.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import type { Running } from "#lib/processes/run-process.ts";
import { startWorker } from "#lib/processes/worker.ts";

const { client } = await testDatabase();
const open: Together[] = [];
let worker: Running;

beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.close());
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.targets.close()));
});

async function seed(): Promise<Together> {
  const together = await seedTogether();
  open.push(together);
  return together;
}
const row = (id: string) =>
  client.rollback.findUniqueOrThrow({
    where: { id },
    include: { steps: { orderBy: { position: "asc" } }, checklist: { orderBy: { position: "asc" } } },
  });
const untouched = { flips: 0, posts: 0, active: "green" };

/** Approved, with its worker alive. */
async function approved(member?: Partial<RequestMember>) {
  const together = await seed();
  const id = await requestTogether(client, together, member);
  const planHash = await approveTogether(client, together, id);
  const { operator } = together;
  const execute = async () => {
    await executeRollback(operator, { id, planHash });
    return fate(client, id);
  };
  const step = (key: string) =>
    client.step.findUniqueOrThrow({ where: { rollbackId_key: { rollbackId: id, key } } });
  const resume = async () => {
    await resumeRollback(operator, { id, reason: "It looks well." });
    return fate(client, id);
  };
  return { ...together, id, execute, resume, step };
}
const count = (id: string, type: string) => client.event.count({ where: { subjectId: id, type } });
const newest = (serviceId: string) =>
  client.deployment.findFirst({ where: { serviceId }, orderBy: { deployedAt: "desc" } });
const ownSwitch = "execution.code.switch";

describe("the execution of two services", () => {
  it("does the first lane, waits with the plan's reason, and does the second when somebody says go", async () => {
    const { id, execute, resume, targets, shop, billing, operator, step } = await approved();
    const held = await execute();
    expect(held.state).toBe("paused");
    expect(held.events.at(-1)).toMatchObject({
      type: "rollback.held",
      body: {
        data: {
          step: ownSwitch,
          reason: `${shop} is back on 2.3.0 and verified. Next is ${billing}, 2.4.0 to 2.3.0.`,
        },
      },
    });
    expect(await targets.effects()).toEqual([once, untouched]);
    expect(await step(ownSwitch)).toMatchObject({ state: "pending", attempts: 0, releasedAt: null });
    expect((await step(ownSwitch)).heldAt).not.toBeNull();
    expect((await step(`execution.${shop}.code.verify-health`)).state).toBe("done");

    const before = await client.rollback.findUniqueOrThrow({ where: { id } });
    const end = await resume();
    expect(end.state).toBe("succeeded");
    expect(await targets.effects()).toEqual([once, once]);
    expect(await step(ownSwitch)).toMatchObject({ state: "done", releasedBy: operator.id });
    expect(end.events.find((event) => event.type === "rollback.resumed")?.body.data).toMatchObject({
      released: ownSwitch,
    });
    const after = await client.rollback.findUniqueOrThrow({ where: { id } });
    expect(after.deadlineAt?.getTime()).toBeGreaterThan(before.deadlineAt?.getTime() ?? Infinity);
    expect(await count(id, "rollback.held")).toBe(1);
    expect((await step("verification.code.verify-health")).state).toBe("done");
    expect((await step(`verification.${shop}.code.verify-health`)).state).toBe("done");
  });

  it("puts each restored version into its service's history, and quarantines each bad one", async () => {
    const { id, execute, shop, billing } = await approved({ hold: false });
    expect((await execute()).state).toBe("succeeded");
    expect(await count(id, "rollback.held")).toBe(0);
    for (const service of [shop, billing]) {
      expect(await newest(service)).toMatchObject({ version: "2.3.0", knownGood: true, rollbackId: id });
      const pins = await client.pin.findMany({ where: { serviceId: service } });
      expect(pins).toMatchObject([{ version: "2.4.0", rollbackId: id, releasedAt: null }]);
    }
    expect(await client.rollbackMember.count({ where: { rollbackId: id, active: true } })).toBe(0);
  });

  it("is partial when a check of one was waived, and says so of that one only", async () => {
    const { id, execute, resume, shop, billing, operator } = await approved();
    await execute();
    const key = "verification.code.verify-health";
    await actOnStep(operator, { id, key, action: "skip", reason: "The check is broken." });
    const end = await resume();
    expect(end.state).toBe("partial");
    expect(end.events.find((event) => event.type === "rollback.finished")?.body.data).toMatchObject({
      waived: [key],
    });
    expect(await newest(shop)).toMatchObject({ version: "2.3.0", knownGood: true });
    expect(await newest(billing)).toMatchObject({ version: "2.3.0", knownGood: null });
  });

  it("does not say that one moved whose only effect was skipped", async () => {
    const { id, execute, shop, billing, targets, operator } = await approved();
    await execute();
    await actOnStep(operator, { id, key: ownSwitch, action: "skip", reason: "Not this one." });
    const end = await fate(client, id);
    expect(end.state).toBe("needs_manual");
    const rest = await client.step.findMany({
      where: { rollbackId: id, state: { in: ["pending", "failed"] }, NOT: { key: { contains: shop } } },
    });
    for (const { key } of rest) {
      await actOnStep(operator, { id, key, action: "skip", reason: "It stays on 2.4.0." });
      expect(["partial", "needs_manual"]).toContain((await fate(client, id)).state);
    }
    expect((await fate(client, id)).state).toBe("partial");
    expect(await targets.effects()).toEqual([once, untouched]);
    expect(await newest(shop)).toMatchObject({ version: "2.3.0", knownGood: true });
    expect(await newest(billing)).toMatchObject({ version: "2.4.0" });
    expect(await client.pin.count({ where: { serviceId: billing } })).toBe(0);
  });

  it("is held once however often it is paused on the way, and a pause releases nothing", async () => {
    const { id, execute, resume, targets, operator } = await approved();
    const [tap] = targets.taps;
    if (tap)
      tap.onArrived = async () => {
        tap.onArrived = () => undefined;
        await pauseRollback(operator, { id, reason: "A look first." });
      };
    expect((await execute()).events.at(-1)?.type).toBe("rollback.paused");
    expect((await resume()).events.at(-1)?.type).toBe("rollback.held");
    expect((await resume()).state).toBe("succeeded");
    expect(await count(id, "rollback.held")).toBe(1);
    expect(await targets.effects()).toEqual([once, once]);
  });

  it("stays held when somebody decides about another step, and goes on when they decide about that one", async () => {
    const { id, execute, targets, shop, operator, step } = await approved();
    await execute();
    const last = `verification.${shop}.code.verify-performance`;
    await actOnStep(operator, { id, key: last, action: "skip", reason: "Measured by hand." });
    expect(await row(id)).toMatchObject({ state: "paused" });
    expect(await client.run.count({ where: { subjectId: id, kind: "rollback", state: "queued" } })).toBe(0);
    await actOnStep(operator, { id, key: ownSwitch, action: "retry", reason: "Go." });
    expect((await fate(client, id)).state).toBe("partial");
    expect(await step(ownSwitch)).toMatchObject({ state: "done", releasedBy: operator.id });
    expect(await count(id, "rollback.held")).toBe(1);
    expect(await targets.effects()).toEqual([once, once]);
  });

  it("never begins the second lane while the first does not prove healthy", async () => {
    const { execute, targets, shop, id, operator, step } = await approved({ hold: false });
    await targets.servers[0]?.faults({ health: "unhealthy", healthStatus: 503 });
    const ended = execute();
    await expect
      .poll(async () => (await step(`execution.${shop}.code.verify-health`)).state, { timeout: 15_000 })
      .toBe("waiting_retry");
    expect(await targets.effects()).toEqual([once, untouched]);
    await abortRollback(operator, { id, reason: "It stays ill." });
    expect((await ended).state).toBe("partial");
    expect(await targets.effects()).toEqual([once, untouched]);
    expect(await newest(shop)).toMatchObject({ version: "2.3.0", knownGood: null, rollbackId: id });
  });

  it("touches neither when one of them has drifted since it was signed", async () => {
    const { execute, targets } = await approved();
    await targets.servers[0]?.flip();
    await expect(execute()).rejects.toMatchObject({ code: "PLAN_STALE" });
    expect((await targets.effects()).map((one) => one.posts)).toEqual([0, 0]);
  });

  it("is refused when a version of a member was quarantined since", async () => {
    const { execute, shop, targets } = await approved();
    const where = { serviceId: shop, environment: "production", version: "2.3.0" };
    await client.pin.create({
      data: { ...where, id: `pin-${shop}`, reason: "It lost mail.", createdBy: "x" },
    });
    await expect(execute()).rejects.toMatchObject({ code: "PINNED", errors: [{ path: "members.0.to" }] });
    expect(await targets.effects()).toEqual([untouched, untouched]);
  });

  it("can be aborted while it waits: partial, and what moved stands in the history", async () => {
    const { id, execute, shop, billing, targets, operator } = await approved();
    await execute();
    await abortRollback(operator, { id, reason: "Billing stays." });
    expect((await row(id)).state).toBe("partial");
    expect(await targets.effects()).toEqual([once, untouched]);
    expect(await newest(shop)).toMatchObject({ version: "2.3.0", rollbackId: id });
    expect(await newest(billing)).toMatchObject({ version: "2.4.0" });
    expect(await client.rollbackMember.count({ where: { rollbackId: id, active: true } })).toBe(0);
  });
});
