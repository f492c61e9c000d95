import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { seedRollback } from "#e2e/fixtures/engine/seed-rollback.ts";
import { startTargets } from "#e2e/fixtures/engine/six-targets.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { lookAfterwards } from "#lib/workflows/look-afterwards.ts";

const { client } = await testDatabase();
const targets = await startTargets(1);
afterAll(() => targets.close());
let id = "";
let shop = "";
const switched = new Date(Date.now() - 30_000);

/** A rollback that switched half a minute ago and ended, with the points of its playbook as it was prepared. */
beforeEach(async () => {
  await client.rollback.updateMany({ data: { endedAt: new Date(0), state: "cancelled" } });
  ({ id } = await seedRollback(client, { urls: targets.urls, hasChecks: true }));
  const ended = { state: "succeeded", outcome: "succeeded", startedAt: switched, endedAt: new Date() };
  const row = await client.rollback.update({ where: { id }, data: ended });
  shop = row.serviceId;
  await client.step.updateMany({ where: { rollbackId: id }, data: { state: "done", endedAt: switched } });
  await client.checklistItem.createMany({
    data: ["health-check", "core-functionality", "error-rate"].map((point, position) => ({
      rollbackId: id,
      itemId: `validation:${point}`,
      position,
      title: point,
      checklist: "validation",
      gate: "validation",
      kind: "automatic",
      required: false,
    })),
  });
});

const state = async () =>
  Object.fromEntries(
    (await client.checklistItem.findMany({ where: { rollbackId: id }, orderBy: { position: "asc" } })).map(
      (item) => [item.itemId.replace("validation:", ""), item.state],
    ),
  );
const told = () => client.event.count({ where: { subjectId: id, type: "rollback.rechecked" } });
const measure = (value: number, at: Date) =>
  client.signal.create({
    data: {
      serviceId: shop,
      environment: "production",
      name: "error_rate",
      value,
      unit: "%",
      source: "t",
      at,
    },
  });

describe("What must be true after a rollback", () => {
  it("is looked at by itself: what nothing shows is not known, and is never taken for well", async () => {
    await lookAfterwards();
    expect(await state()).toEqual({
      "health-check": "done",
      "core-functionality": "open",
      "error-rate": "open",
    });
    expect(await told()).toBe(1);
    await lookAfterwards();
    expect(await told()).toBe(1);
  });

  it("counts what was measured since the switch, not what the bad version left behind", async () => {
    await measure(0, new Date(switched.getTime() - 1000));
    await lookAfterwards();
    expect(await state()).toMatchObject({ "error-rate": "open" });
    await measure(4, new Date(switched.getTime() + 5000));
    await lookAfterwards();
    expect(await state()).toMatchObject({ "error-rate": "failed" });
    await measure(0.2, new Date(switched.getTime() + 15_000));
    await lookAfterwards();
    expect(await state()).toMatchObject({ "error-rate": "done" });
    expect(await told()).toBe(3);
  });

  it("is recorded once by any number of workers", async () => {
    await Promise.all(Array.from({ length: 4 }, () => lookAfterwards()));
    expect(await told()).toBe(1);
  });

  it("is left as it is a quarter of an hour later, until somebody asks", async () => {
    await lookAfterwards();
    await client.rollback.update({ where: { id }, data: { endedAt: new Date(Date.now() - 16 * 60_000) } });
    await measure(0.2, new Date());
    await lookAfterwards();
    expect(await state()).toMatchObject({ "error-rate": "open" });
  });

  it("is not looked at before the rollback started", async () => {
    await client.rollback.update({
      where: { id },
      data: { state: "approved", startedAt: null, endedAt: null, outcome: null },
    });
    await lookAfterwards();
    expect(await told()).toBe(0);
  });
});
