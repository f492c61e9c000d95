import { beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { watchEveryTrigger } from "#lib/workflows/watch-triggers.ts";
import { person } from "../../prisma/factories/people.ts";
import { service } from "../../prisma/factories/service.ts";

const { client } = await testDatabase();
const operator = await person("operator");
const environment = "production";
const start = Date.now() - 600_000;
const at = (seconds: number): Date => new Date(start + seconds * 1000);
let shop = "";

beforeEach(async () => {
  shop = await service();
});

/** A value every ten seconds from … to … . */
async function measure(from: number, to: number, value: number, name = "error_rate"): Promise<void> {
  const times = Array.from({ length: Math.floor((to - from) / 10) + 1 }, (_, nth) => at(from + nth * 10));
  await client.signal.createMany({
    data: times.map((time) => ({
      serviceId: shop,
      environment,
      name,
      value,
      unit: "%",
      source: "test",
      at: time,
    })),
  });
}
const fired = () => client.event.count({ where: { type: "signal.trigger_fired", subjectId: shop } });
const cleared = () => client.event.count({ where: { type: "signal.trigger_cleared", subjectId: shop } });

describe("A trigger of the playbook", () => {
  it("fires when its threshold has been passed for its whole duration, and not a second before", async () => {
    await measure(0, 120, 5.1);
    await watchEveryTrigger(at(119));
    expect(await fired()).toBe(0);
    await watchEveryTrigger(at(120));
    expect(await fired()).toBe(1);
  });

  it("does not fire at exactly the threshold", async () => {
    await measure(0, 300, 5);
    await watchEveryTrigger(at(300));
    expect(await fired()).toBe(0);
  });

  it("starts anew when the value was well in between", async () => {
    await measure(0, 100, 9);
    await measure(110, 110, 1);
    await measure(120, 230, 9);
    await watchEveryTrigger(at(235));
    expect(await fired()).toBe(0);
    await measure(240, 240, 9);
    await watchEveryTrigger(at(240));
    expect(await fired()).toBe(1);
  });

  it("is recorded once by any number of workers, for as long as it fires, and tells who is on watch", async () => {
    await measure(0, 150, 9);
    await Promise.all(Array.from({ length: 8 }, () => watchEveryTrigger(at(150))));
    await watchEveryTrigger(at(155));
    expect(await fired()).toBe(1);
    const notes = await client.notification.findMany({
      where: { userId: operator.id, text: { contains: shop.replace("service-", "Service ") } },
    });
    expect(notes).toHaveLength(1);
    expect(notes[0]?.link).toBe(`/declare?service=${shop}&environment=production`);
  });

  it("clears when the value is well, and not by silence", async () => {
    await measure(0, 130, 9);
    await watchEveryTrigger(at(130));
    await watchEveryTrigger(at(590));
    expect(await cleared()).toBe(0);
    await measure(595, 595, 0.2);
    await watchEveryTrigger(at(596));
    await watchEveryTrigger(at(598));
    expect(await cleared()).toBe(1);
    expect(await client.triggerFiring.count({ where: { serviceId: shop } })).toBe(0);
  });

  it("declares nothing by itself unless the environment has that turned on", async () => {
    await measure(0, 130, 9);
    await watchEveryTrigger(at(130));
    expect(await client.incident.count({ where: { serviceId: shop } })).toBe(0);
  });

  it("turned on, declares and decides one incident for one firing, with many workers and after it was resolved", async () => {
    await client.environment.updateMany({
      where: { serviceId: shop, name: environment },
      data: { automaticRollback: true },
    });
    await measure(0, 130, 9);
    const rounds = await Promise.allSettled(Array.from({ length: 6 }, () => watchEveryTrigger(at(130))));
    expect(rounds.flatMap((round) => (round.status === "rejected" ? [String(round.reason)] : []))).toEqual(
      [],
    );
    const incidents = await client.incident.findMany({ where: { serviceId: shop } });
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({ severity: "P0", state: "deciding", declaredById: "worker" });
    expect(incidents[0]?.decision).toMatchObject({ verdict: "rollback" });
    await client.incident.updateMany({ where: { serviceId: shop }, data: { state: "resolved" } });
    await watchEveryTrigger(at(140));
    expect(await client.incident.count({ where: { serviceId: shop } })).toBe(1);
  });

  it("stands in the timeline of an incident that is open there", async () => {
    await measure(0, 130, 9);
    const incident = await client.incident.create({
      data: {
        id: `inc-${shop}`,
        title: "Slow",
        serviceId: shop,
        environment,
        severity: "P1",
        state: "detected",
        facts: {},
        playbookId: "mvp-blue-green",
        playbookVersion: 1,
        declaredById: operator.id,
        detectedAt: at(0),
      },
    });
    await watchEveryTrigger(at(130));
    expect(await client.eventStream.count({ where: { stream: `incident:${incident.id}` } })).toBe(1);
  });
});

describe("What is wrong in one place", () => {
  it("keeps no other place from being watched, and is told", async () => {
    const [broken = "", whole = ""] = [shop, await service()].toSorted();
    for (shop of [broken, whole]) await measure(0, 150, 9);
    await client.service.update({ where: { id: broken }, data: { playbookId: "gone" } });
    await expect(watchEveryTrigger(at(150))).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await fired()).toBe(1);
    await client.signal.deleteMany({ where: { serviceId: broken } });
  });

  it("is not the length of a trigger's title", async () => {
    const row = await client.playbook.findFirstOrThrow({
      where: { id: "mvp-blue-green" },
      orderBy: { version: "desc" },
    });
    const document = row.document as { triggers: object[] };
    const triggers = document.triggers.map((trigger) => ({ ...trigger, title: "Long ".repeat(60).trim() }));
    const long = { id: "long-titles", version: 1 };
    const data = { ...row, ...long, source: "", document: { ...document, ...long, triggers } };
    await client.playbook.create({ data });
    await client.service.update({ where: { id: shop }, data: { playbookId: long.id } });
    await client.environment.updateMany({ where: { serviceId: shop }, data: { automaticRollback: true } });
    await measure(0, 150, 9);
    await watchEveryTrigger(at(150));
    expect(await client.incident.count({ where: { serviceId: shop, state: "deciding" } })).toBe(1);
  });
});
