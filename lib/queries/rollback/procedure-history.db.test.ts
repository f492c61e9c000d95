import { expect, it } from "vitest";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { readProcedureHistory } from "#lib/queries/rollback/procedure-history.ts";
import type { Prisma } from "#prisma/client.ts";

const { client } = await testDatabase();
let made = 0;

/** A rollback that succeeded, `minutes` after it started. */
async function ran(service: string, minutes: number, more: Partial<Prisma.RollbackCreateInput> = {}) {
  made += 1;
  const startedAt = new Date(Date.now() - made * 3_600_000);
  const endedAt = new Date(startedAt.getTime() + minutes * 60_000);
  return client.rollback.create({
    data: {
      id: `rb_${made}`,
      serviceId: service,
      environment: "production",
      state: "succeeded",
      toVersion: "1.0.0",
      scope: ["code"],
      procedure: "switch",
      strategy: "as deployed",
      reason: "test",
      initiatorId: "somebody",
      playbookId: "plays",
      playbookVersion: 1,
      startedAt,
      endedAt,
      ...more,
    },
  });
}
const read = (service: string) =>
  readProcedureHistory(client, { service, playbook: "plays", procedure: "switch" });

it("is that of this service and procedure, succeeded and in earnest", async () => {
  for (const minutes of [3, 1, 2]) await ran("shop", minutes);
  await ran("other", 50);
  await ran("shop", 50, { procedure: "restore" });
  await ran("shop", 50, { playbookId: "others" });
  await ran("shop", 50, { drill: true });
  await ran("shop", 50, { state: "partial" });
  await ran("shop", 50, { state: "cancelled", startedAt: null });
  expect(await read("shop")).toEqual({ runs: 3, p50Minutes: 2, p95Minutes: 3, downtime: null });
});

it("counts neither the watching afterwards nor rollbacks that moved others too", async () => {
  const { id, startedAt } = await ran("mail", 60);
  const endedAt = new Date((startedAt?.getTime() ?? 0) + 4 * 60_000);
  for (const [position, key] of ["execution.code.switch", "verification.code.check"].entries()) {
    const ended = position === 0 ? startedAt : endedAt;
    await client.step.create({
      data: { rollbackId: id, key, position, phase: "execution", state: "done", endedAt: ended },
    });
  }
  const wide = await ran("mail", 90);
  for (const [position, serviceId] of ["mail", "billing"].entries()) {
    await client.rollbackMember.create({
      data: {
        rollbackId: wide.id,
        serviceId,
        environment: "production",
        position,
        toVersion: "1.0.0",
        active: false,
      },
    });
  }
  expect(await read("mail")).toEqual({ runs: 1, p50Minutes: 4, p95Minutes: 4, downtime: null });
});

it("is nothing where it never ran", async () => {
  expect(await read("nobody")).toBeNull();
});

it("measures the downtime from the first step that stopped the service to the last that brought it back", async () => {
  const steps = [
    { key: "a", mutating: true, serving: "keeps" },
    { key: "b", mutating: true, serving: "stops" },
    { key: "c", mutating: true, serving: "keeps" },
    { key: "d", mutating: true, serving: "resumes" },
    { key: "e", mutating: false },
  ];
  const seconds = (at: number, from: Date) => new Date(from.getTime() + at * 1000);
  const run = async (service: string, planned: readonly object[]) => {
    const plan = JSON.stringify({ phases: [{ steps: planned }] });
    const { id, startedAt } = await ran(service, 4, { plan });
    for (const [position, { key }] of steps.entries()) {
      const from = startedAt ?? new Date();
      const times = { startedAt: seconds(position * 30, from), endedAt: seconds(position * 30 + 30, from) };
      await client.step.create({
        data: { rollbackId: id, key, position, phase: "execution", state: "done", ...times },
      });
    }
  };
  for (let time = 0; time < 3; time++) await run("down", steps);
  expect((await read("down"))?.downtime).toEqual({ p50Minutes: 1.5, p95Minutes: 1.5 });
  for (let time = 0; time < 3; time++) await run("up", steps.slice(0, 1));
  expect((await read("up"))?.downtime).toEqual({ p50Minutes: 0, p95Minutes: 0 });
  for (let time = 0; time < 3; time++)
    await run("unknown", [{ key: "a", mutating: true }, ...steps.slice(1)]);
  expect((await read("unknown"))?.downtime).toBeNull();
});
