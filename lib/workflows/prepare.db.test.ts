import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { seedRollback, type Seeded } from "#e2e/fixtures/engine/seed-rollback.ts";
import { startTargets, type Targets } from "#e2e/fixtures/engine/six-targets.ts";
import { expireRollback } from "#lib/commands/rollback/expire.ts";
import { recheck } from "#lib/commands/rollback/recheck.ts";
import { PlanBody, planSteps } from "#lib/domain/plan.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import { waitForRun } from "#lib/engine/wait-for-run.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { newId } from "#lib/platform/id.ts";
import type { Running } from "#lib/processes/run-process.ts";
import { startWorker } from "#lib/processes/worker.ts";

const { client } = await testDatabase();
const open: Targets[] = [];
let worker: Running;

beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.close());
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A draft whose one target is registered, as a request leaves it. */
async function draft(): Promise<Seeded & { targets: Targets }> {
  const targets = await startTargets(1);
  open.push(targets);
  const [url] = targets.urls;
  const seeded = await seedRollback(client, { urls: targets.urls });
  const { serviceId, playbookId, playbookVersion } = await client.rollback.findUniqueOrThrow({
    where: { id: seeded.id },
  });
  const environment = await client.environment.findFirstOrThrow({ where: { serviceId } });
  await client.target.create({
    data: {
      id: newId("tgt"),
      environmentId: environment.id,
      component: "code",
      adapter: "http-blue-green",
      settings: { url: url ?? "", timeoutMs: 1000 },
      secrets: {},
    },
  });
  const playbook = await client.playbook.findUniqueOrThrow({
    where: { id_version: { id: playbookId, version: playbookVersion } },
  });
  const { procedures } = playbook.document as { procedures: { id: string; components: string[] }[] };
  const procedure = procedures.find((one) => one.components.includes("code"))?.id ?? "";
  const data = { state: "draft", plan: null, planHash: null, preparedAt: null, procedure };
  await client.rollback.update({ where: { id: seeded.id }, data });
  return { ...seeded, targets };
}

const row = (id: string) =>
  client.rollback.findUniqueOrThrow({
    where: { id },
    include: { steps: true, checklist: { orderBy: { position: "asc" } } },
  });

async function prepare(id: string, preparation = 1): Promise<void> {
  const run = await transact((tx) => enqueueRun(tx, "prepare", id, { preparation }));
  await waitForRun(run, 15_000);
}

it("asks the targets, checks what a machine can check, and stores what will be signed", async () => {
  const { id, targets } = await draft();
  await prepare(id);
  const prepared = await row(id);
  expect(prepared.preparedAt).not.toBeNull();
  expect(prepared.planHash).toBe(sha256(prepared.plan ?? ""));
  const plan = PlanBody.parse(JSON.parse(prepared.plan ?? "null"));
  expect(plan).toMatchObject({
    from: "2.4.0",
    to: "2.3.0",
    rollback: id,
    allow: targets.urls.map((url) => new URL(url).host),
  });
  expect(planSteps(plan).filter((step) => step.mutating)).toMatchObject([{ operation: "switch" }]);
  expect(prepared.steps).toHaveLength(planSteps(plan).length);
  expect(prepared.checklist.filter((item) => item.state === "failed")).toEqual([]);
  expect((await targets.effects())[0]).toEqual({ flips: 0, posts: 0, active: "green" });
});

it("turns an unreachable target into a failed check with advice", async () => {
  const { id, targets } = await draft();
  await targets.servers[0]?.faults({ statusDown: true });
  await prepare(id);
  const prepared = await row(id);
  expect(prepared.plan).toBeNull();
  expect(prepared.preparedAt).not.toBeNull();
  expect(prepared.checklist[0]).toMatchObject({ itemId: "plan-made", state: "failed", required: true });
  expect(prepared.checklist[0]?.advice).toBeTruthy();
});

it("checks one item again, from what the target shows now, without touching the plan", async () => {
  const { id, targets, operator } = await draft();
  await prepare(id);
  const { planHash } = await row(id);
  const item = async () => (await row(id)).checklist.find((one) => one.itemId === "targets-ready");
  const others = async () =>
    (await row(id)).checklist.filter((one) => one.itemId !== "targets-ready").map((one) => one.at);
  const before = await others();
  await targets.servers[0]?.faults({ statusDown: true });
  await recheck(operator, { id, item: "targets-ready" });
  expect(await item()).toMatchObject({ state: "failed" });
  await targets.servers[0]?.faults({ statusDown: false });
  await recheck(operator, { id, item: "targets-ready" });
  expect(await item()).toMatchObject({ state: "done" });
  expect(await others()).toEqual(before);
  expect(await row(id)).toMatchObject({ planHash, preparation: 1, editorIds: [] });
});

it("drops what an older request for preparation came to", async () => {
  const { id } = await draft();
  await client.rollback.update({ where: { id }, data: { preparation: 2 } });
  await prepare(id, 1);
  expect((await row(id)).preparedAt).toBeNull();
});

it("keeps the ticks of people when a plan is prepared again", async () => {
  const { id, operator } = await draft();
  await prepare(id);
  const item = {
    rollbackId: id,
    itemId: "by-hand",
    position: 99,
    title: "Told the team",
    kind: "manual",
    required: true,
  };
  await client.checklistItem.deleteMany({ where: { rollbackId: id } });
  const manual = await client.playbook.findFirstOrThrow();
  const lists = (manual.document as { checklists: { gate: string; items: { id: string; kind: string }[] }[] })
    .checklists;
  const first = lists
    .filter((list) => list.gate === "submit")
    .flatMap((list) => list.items)
    .find((one) => one.kind === "manual");
  if (!first) return;
  await client.checklistItem.create({
    data: { ...item, itemId: first.id, state: "done", byId: operator.id },
  });
  await prepare(id);
  const kept = (await row(id)).checklist.find((one) => one.itemId === first.id);
  expect(kept).toMatchObject({ state: "done", byId: operator.id });
});

it("expires a draft that nobody touched, and only that", async () => {
  const { id } = await draft();
  const worker = { kind: "system", id: "worker" } as const;
  const before = new Date(Date.now() - 3_600_000);
  await expect(expireRollback(worker, { id, untouchedSince: before })).rejects.toMatchObject({
    code: "WRONG_STATE",
  });
  await expireRollback(worker, { id, untouchedSince: new Date(Date.now() + 1000) });
  expect((await row(id)).state).toBe("expired");
});

it("says so when something breaks, instead of letting people wait", async () => {
  const { id } = await draft();
  const { serviceId } = await row(id);
  await client.target.updateMany({ where: { environment: { serviceId } }, data: { secrets: ["broken"] } });
  await prepare(id);
  const prepared = await row(id);
  expect(prepared.preparedAt).not.toBeNull();
  expect(prepared.checklist).toMatchObject([{ itemId: "plan-made", state: "failed" }]);
});

it("ends the run even when the failure cannot be told", async () => {
  const { id } = await draft();
  const { serviceId } = await row(id);
  await client.target.deleteMany({ where: { environment: { serviceId } } });
  await client.environment.deleteMany({ where: { serviceId } });
  await prepare(id);
  expect(await client.run.findFirst({ where: { subjectId: id } })).toMatchObject({ state: "failed" });
});
