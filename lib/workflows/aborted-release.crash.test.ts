import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { fate, type Fate } from "#e2e/fixtures/engine/fate.ts";
import { seedRollback, type Seeded } from "#e2e/fixtures/engine/seed-rollback.ts";
import { startTargets, type Targets } from "#e2e/fixtures/engine/six-targets.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { abortRollback } from "#lib/commands/rollback/abort.ts";
import { actOnStep } from "#lib/commands/rollback/act-on-step.ts";
import { pauseRollback } from "#lib/commands/rollback/control.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { PlanStep } from "#lib/domain/plan.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const closing = "execution.database.terminate-connections";
const opening = `${closing}.release`;
const secret = "LASTGOOD_SECRET_RELEASED_DATABASE";

const database = await testDatabase();
const { client } = database;
const owner = new URL(inject("testServer").ownerUrl);
process.env[secret] = decodeURIComponent(owner.password);
const pool = workerPool(
  () => database.url,
  () => client,
  2,
);
const target = `test_${process.pid}_${randomBytes(6).toString("hex")}`;
const server = new pg.Client({ connectionString: owner.href });
let oid = 0;
let targets: Targets;
let seeded: Seeded;

beforeAll(async () => {
  await server.connect();
  await server.query(`CREATE DATABASE ${target}`);
  oid = (await one<{ oid: number }>("SELECT oid::int FROM pg_database WHERE datname = $1")).oid;
});
beforeEach(async () => {
  await pool.atLeast(2);
  targets = await startTargets(2);
  seeded = await seed();
});
afterEach(async () => {
  await server.query(`ALTER DATABASE ${target} ALLOW_CONNECTIONS true`);
  await server.query(`COMMENT ON DATABASE ${target} IS NULL`);
  await targets.close();
});
afterAll(async () => {
  await pool.stop();
  await server.query(`DROP DATABASE ${target} WITH (FORCE)`);
  await server.end();
});

describe("a rollback that is aborted while it keeps a database closed", () => {
  it("opens the database before it ends, as a step of its own on the record", async () => {
    onSwitch(() => abortRollback(seeded.operator, { id: seeded.id, reason: "Enough." }));
    const end = await execute();
    expect(end.state).toBe("partial");
    expect(await isOpen()).toBe(true);
    const told = end.events.map(({ type, body }) =>
      `${type} ${(body.data["key"] as string | undefined) ?? ""}`.trim(),
    );
    const from = told.indexOf("rollback.releasing");
    // A busy machine may have it looked at again, or taken over.
    const again = /^(?:rollback\.taken_over|step\.(?:retrying|observed|output))\b/;
    expect(told.slice(from).filter((one) => !again.test(one))).toEqual([
      "rollback.releasing",
      `step.started ${opening}`,
      `step.intended ${opening}`,
      `step.finished ${opening}`,
      "rollback.finished",
    ]);
    expect((await targets.effects()).map(({ flips }) => flips)).toEqual([1, 0]);
    const { data } = end.events.at(-1)?.body ?? {};
    expect(JSON.stringify(data?.["remaining"])).toContain("execution.code.switch-2");
  });

  it("does so too where it waited for a person, and although the approver has lost the role since", async () => {
    onSwitch(() => pauseRollback(seeded.operator, { id: seeded.id, reason: "Wait." }));
    expect((await execute()).state).toBe("paused");
    expect(await isOpen()).toBe(false);
    await client.grant.deleteMany({ where: { userId: seeded.approver.id } });
    const asked = await abortRollback(seeded.operator, { id: seeded.id, reason: "Enough." });
    expect(asked.state).toBe("running");
    expect((await fate(client, seeded.id)).state).toBe("partial");
    expect(await isOpen()).toBe(true);
  });

  it("opens it once when the worker is killed in the middle of that", async () => {
    onSwitch(async () => {
      // Whoever opens it waits for this lock; it is closed by now.
      await server.query("SELECT pg_advisory_lock(hashtextextended('lastgood ' || $1, 0))", [target]);
      await abortRollback(seeded.operator, { id: seeded.id, reason: "Enough." });
    });
    await executeRollback(seeded.operator, { id: seeded.id, planHash: seeded.planHash });
    await expect.poll(() => intended(opening), { timeout: 30_000, interval: 10 }).toBeGreaterThan(0);
    const worker = await pool.executing(seeded.id);
    worker.kill("SIGKILL");
    await worker.ended;
    await server.query("SELECT pg_advisory_unlock_all()");
    const end = await fate(client, seeded.id);
    expect(end.state).toBe("partial");
    expect(end.takenOver).toHaveLength(1);
    expect(await isOpen()).toBe(true);
    const finished = end.events.filter(
      ({ type, body }) => type === "step.finished" && body.data["key"] === opening,
    );
    expect(finished).toHaveLength(1);
  });

  it("asks for hands, with the command, where it cannot; then a person goes on with its end and nothing else", async () => {
    onSwitch(async () => {
      await abortRollback(seeded.operator, { id: seeded.id, reason: "Enough." });
      await client.grant.deleteMany({ where: { userId: seeded.operator.id } });
    });
    const stopped = await execute();
    expect(stopped.state).toBe("needs_manual");
    const { data } = stopped.events.at(-1)?.body ?? {};
    expect(JSON.stringify(data)).toContain("ROLE_REVOKED");
    expect(data?.["remaining"]).toMatchObject([{ key: opening, command: "psql # open" }]);
    expect(JSON.stringify(data)).not.toContain("plan again");
    expect(await isOpen()).toBe(false);
    await client.grant.create({
      data: { id: `grt_${seeded.id}`, userId: seeded.operator.id, role: "operator" },
    });
    await actOnStep(seeded.operator, { id: seeded.id, key: opening, action: "retry", reason: "Again." });
    expect((await fate(client, seeded.id)).state).toBe("partial");
    expect(await isOpen()).toBe(true);
    expect((await targets.effects()).map(({ flips }) => flips)).toEqual([1, 0]);
  });

  it("opens it too where the step was asked to close it and found it closed at its next look", async () => {
    onSwitch(() => pauseRollback(seeded.operator, { id: seeded.id, reason: "Wait." }));
    expect((await execute()).state).toBe("paused");
    // As a step ends that closed it, waited in vain for a session, and saw at its next look that the session had gone.
    await client.step.update({
      where: { rollbackId_key: { rollbackId: seeded.id, key: closing } },
      data: { state: "already_done" },
    });
    await abortRollback(seeded.operator, { id: seeded.id, reason: "Enough." });
    expect((await fate(client, seeded.id)).state).toBe("partial");
    expect(await isOpen()).toBe(true);
  });

  it("leaves closed what somebody closed before, although its step ended the sessions that were left", async () => {
    seeded = await seed({ wasOpen: false });
    const left = new pg.Client({ connectionString: at(target) });
    left.on("error", () => undefined);
    await left.connect();
    await server.query(`ALTER DATABASE ${target} ALLOW_CONNECTIONS false`);
    onSwitch(() => abortRollback(seeded.operator, { id: seeded.id, reason: "Enough." }));
    const end = await execute();
    expect(end.state).toBe("partial");
    const step = await client.step.findUniqueOrThrow({
      where: { rollbackId_key: { rollbackId: seeded.id, key: closing } },
    });
    expect(step.state).toBe("done");
    expect(await isOpen()).toBe(false);
  });

  it("asks for hands where somebody took the database away under its name, or closed it again", async () => {
    onSwitch(async () => {
      await server.query(`ALTER DATABASE ${target} RENAME TO ${target}_away`);
      await abortRollback(seeded.operator, { id: seeded.id, reason: "Enough." });
    });
    try {
      const stopped = await execute();
      expect(stopped.state).toBe("needs_manual");
      expect(JSON.stringify(stopped.events.at(-1)?.body.data)).toContain("NOT_VERIFIED");
    } finally {
      await server.query(`ALTER DATABASE ${target}_away RENAME TO ${target}`);
    }
    const at = "2026-01-01T00:00:00.000Z";
    const mark = JSON.stringify({ rollback: "rb_other", role: "closed", state: "complete", at });
    await server.query(`COMMENT ON DATABASE ${target} IS 'lastgood ${mark}'`);
    await actOnStep(seeded.operator, { id: seeded.id, key: opening, action: "retry", reason: "Again." });
    expect((await fate(client, seeded.id)).state).toBe("needs_manual");
    expect(await isOpen()).toBe(false);
  });

  it("is left shut only by a person who says so, and the record says what is left to do", async () => {
    await stoppedAtTheOpening();
    const again = { id: seeded.id, reason: "Away with it." };
    await expect(abortRollback(seeded.approver, again)).rejects.toMatchObject({ code: "WRONG_STATE" });
    expect(await client.rollback.findUniqueOrThrow({ where: { id: seeded.id } })).toMatchObject({
      state: "needs_manual",
      control: "release",
    });
    expect((await abortRollback(seeded.approver, { ...again, asItIs: true })).state).toBe("partial");
    const end = await fate(client, seeded.id);
    expect(end.events.at(-1)?.body.data).toMatchObject({
      outcome: "partial",
      reason: "Away with it.",
      remaining: [{ key: opening, command: "psql # open" }, { key: "execution.code.switch-2" }],
    });
    const row = await client.rollback.findUniqueOrThrow({ where: { id: seeded.id } });
    expect(row).toMatchObject({ control: null, controlReason: null });
    expect(await isOpen()).toBe(false);
  });

  it("stands among what is left to do where a person skipped it", async () => {
    await stoppedAtTheOpening();
    await actOnStep(seeded.approver, { id: seeded.id, key: opening, action: "skip", reason: "Later." });
    const end = await fate(client, seeded.id);
    expect(end.state).toBe("partial");
    expect(end.events.at(-1)?.body.data).toMatchObject({
      remaining: [{ key: opening, command: "psql # open" }, { key: "execution.code.switch-2" }],
    });
  });

  it("has nothing to open where the database was closed before it came", async () => {
    await server.query(`ALTER DATABASE ${target} ALLOW_CONNECTIONS false`);
    onSwitch(() => abortRollback(seeded.operator, { id: seeded.id, reason: "Enough." }));
    const end = await execute();
    expect(end.state).toBe("partial");
    expect(end.events.map(({ type }) => type)).not.toContain("rollback.releasing");
    expect(await isOpen()).toBe(false);
  });
});

/** Aborted by somebody who then lost the role, so that the opening waits for a person. */
async function stoppedAtTheOpening(): Promise<void> {
  onSwitch(async () => {
    await abortRollback(seeded.operator, { id: seeded.id, reason: "Enough." });
    await client.grant.deleteMany({ where: { userId: seeded.operator.id } });
  });
  expect((await execute()).state).toBe("needs_manual");
}

async function seed(desired: JsonObject = {}): Promise<Seeded> {
  const before = { steps: [closeStep(desired)], allow: [`${owner.hostname}:${owner.port}`] };
  return seedRollback(client, { urls: targets.urls, settings: { settleSeconds: 0 }, before });
}

function at(name: string): string {
  const url = new URL(owner);
  url.pathname = `/${name}`;
  return url.href;
}

function closeStep(desired: JsonObject): PlanStep {
  return {
    key: closing,
    title: `End every session on ${target}`,
    adapter: "postgresql",
    operation: "terminate-connections",
    component: "database",
    settings: {
      host: owner.hostname,
      port: Number(owner.port),
      user: decodeURIComponent(owner.username),
      database: target,
      dumpFolder: "/nowhere",
      tls: { mode: "disable" },
    },
    secrets: { password: `env:${secret}` },
    desired: { rollback: "rb_released", database: target, oid, ...desired },
    command: "psql # close",
    mutating: true,
    reversibility: "reversible",
    serving: "stops",
    limitSeconds: 60,
    observedBefore: null,
    release: {
      title: `Let ${target} accept connections again`,
      command: "psql # open",
      limitSeconds: 60,
      until: "swap-names",
    },
  };
}

function onSwitch(act: () => Promise<unknown>): void {
  const [tap] = targets.taps;
  if (tap)
    tap.onArrived = async () => {
      await act();
    };
}

async function execute(): Promise<Fate> {
  await executeRollback(seeded.operator, { id: seeded.id, planHash: seeded.planHash });
  return fate(client, seeded.id);
}

async function one<Row>(sql: string): Promise<Row> {
  const { rows } = await server.query(sql, [target]);
  return rows[0] as Row;
}

async function isOpen(): Promise<boolean> {
  return (await one<{ open: boolean }>("SELECT datallowconn AS open FROM pg_database WHERE datname = $1"))
    .open;
}

const intended = (key: string): Promise<number> =>
  client.event.count({
    where: { subjectId: seeded.id, type: "step.intended", body: { contains: `"${key}"` } },
  });
