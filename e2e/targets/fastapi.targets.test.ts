import { afterAll, beforeAll, expect, it } from "vitest";
import {
  followJourney,
  killAtIntent,
  prepareJourney,
  startJourney,
} from "#e2e/fixtures/engine/product-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { python } from "#e2e/targets/alembic-project.ts";
import { deployAgent, fastapiNeeds } from "#e2e/targets/fastapi.ts";
import type { Agent } from "#e2e/targets/fastapi.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { startDatabaseServer } from "#e2e/targets/own-database.ts";
import type { DatabaseServer } from "#e2e/targets/own-database.ts";
import { startRedis } from "#e2e/targets/redis.ts";
import type { RedisServer } from "#e2e/targets/redis.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const reason = missing(fastapiNeeds);
const database = await testDatabase();
const pool = workerPool(
  () => database.url,
  () => database.client,
  2,
);

describeWith("A FastAPI service with Celery, Redis and PostgreSQL", reason, () => {
  let server: DatabaseServer;
  let redis: RedisServer;
  let agent: Agent;
  beforeAll(async () => {
    [server, redis] = await Promise.all([startDatabaseServer(), startRedis()]);
    agent = await deployAgent(server, redis);
    process.env["LASTGOOD_SECRET_AGENTS_DB"] = server.password;
    process.env["LASTGOOD_SECRET_AGENTS_REDIS"] = redis.password;
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await agent.stop();
    await Promise.all([server.stop(), redis.stop()]);
  });

  const revision = async (): Promise<unknown> =>
    (await server.query(agent.database, "SELECT version_num FROM alembic_version"))[0]?.["version_num"];

  it("is broken by 2.0.0: no worker takes its tasks, and the queue grows", async () => {
    expect(await agent.version()).toBe("2.0.0");
    for (let turn = 0; turn < 3; turn++) expect((await agent.ask("does v2 work?")).status).toBe(503);
    expect(await redis.tell("LLEN", "celery")).toContain(":3");
    expect(await revision()).toBe("2f00_confidence");
  });

  it("gets its schema back by the procedure for reversible migrations, with the worker killed in the middle", async () => {
    const prepared = await prepareJourney(database.client, {
      playbook: "ai-agents-platform",
      procedure: "migration-downgrade",
      scope: ["database"],
      ...released({ migrationHead: ["1f00_answers", "2f00_confidence"] }),
      place: {
        allow: [`${server.host}:${server.port}`],
        targets: [
          {
            component: "database",
            adapter: "migrations",
            settings: {
              host: server.host,
              port: server.port,
              database: agent.database,
              user: server.user,
              workingFolder: agent.project.folder,
              python,
            },
            secrets: { password: "env:LASTGOOD_SECRET_AGENTS_DB" },
          },
        ],
      },
    });
    expect(operationsOf(prepared.plan)).toEqual(["current", "check-reversible", "downgrade-to", "verify"]);
    expect(prepared.plan.notReverted.map(({ what }) => what).join(" ")).toContain(
      "drops the column answers.confidence",
    );
    expect(prepared.plan.dataLoss).not.toBeNull();

    await startJourney(database.client, prepared);
    await killAtIntent(database.client, pool, prepared.id, ["downgrade-to"]);
    const end = await followJourney(database.client, prepared);

    expect(end.state, told(end)).toBe("monitoring");
    expect(end.takenOver).toHaveLength(1);
    expect(await revision()).toBe("1f00_answers");
  });

  it("goes back to 1.0.0 by the procedure for FastAPI, with the worker killed in the middle, and says so itself", async () => {
    const check = { phase: "verification" };
    const prepared = await prepareJourney(database.client, {
      playbook: "dvo-agents",
      procedure: "fastapi",
      initiator: "release_manager",
      ...released({ configurationRevision: ["v1", "v2"] }),
      place: {
        allow: [agent.address, redis.address],
        targets: [
          {
            component: "configuration",
            adapter: "env-file",
            settings: {
              path: `${agent.folder}/agent.env`,
              plainKeys: ["RELEASE", "QUEUES"],
              restartHook: agent.hook,
              restartHookIdempotent: true,
            },
            secrets: {},
          },
          {
            component: "code",
            adapter: "http-check",
            settings: {
              ...check,
              title: "The service says its version",
              url: `${agent.url}/health`,
              json: [
                { path: "version", equalsVersion: true },
                { path: "status", equals: "healthy" },
              ],
            },
            secrets: {},
          },
          {
            component: "code",
            adapter: "celery-check",
            settings: {
              ...check,
              broker: `redis://${redis.address}/0`,
              workers: 1,
              names: ["one@agents"],
              replySeconds: 1,
              python,
            },
            secrets: { password: "env:LASTGOOD_SECRET_AGENTS_REDIS" },
          },
          {
            component: "code",
            adapter: "http-check",
            settings: {
              ...check,
              title: "It answers a question",
              url: `${agent.url}/api/agents/answer`,
              method: "POST",
              body: { question: "are you well?" },
              bodyContains: "ARE YOU WELL?",
            },
            secrets: {},
          },
          {
            component: "code",
            adapter: "queue-length",
            settings: { ...check, address: `redis://${redis.address}/0`, queues: ["celery"], most: 0 },
            secrets: { password: "env:LASTGOOD_SECRET_AGENTS_REDIS" },
          },
        ],
      },
    });
    expect(operationsOf(prepared.plan)).toEqual(expect.arrayContaining(["confirm", "restore", "restart"]));

    await startJourney(database.client, prepared);
    await killAtIntent(database.client, pool, prepared.id, ["restart"]);
    const end = await followJourney(database.client, prepared);

    expect(end.state, `${told(end)}\n${await agent.log()}`).toBe("succeeded");
    expect(end.takenOver).toHaveLength(1);
    expect(await agent.version()).toBe("1.0.0");
    expect(await agent.ask("which version?")).toEqual({
      status: 200,
      body: { answer: "WHICH VERSION?", version: "1.0.0" },
    });
    expect(await redis.tell("LLEN", "celery")).toContain(":0");
    const rows = await server.query(agent.database, "SELECT question FROM answers ORDER BY id");
    expect(rows.map(({ question }) => question)).toEqual(
      expect.arrayContaining(["does v1 work?", "are you well?", "which version?"]),
    );
  });
});

/** 1.0.0 and 2.0.0, each with what its deployment recorded. */
const released = (artifacts: {
  [name in "migrationHead" | "configurationRevision"]?: [string, string];
}): Pick<Journey, "good" | "bad"> => {
  const of = (at: 0 | 1) =>
    Object.fromEntries(Object.entries(artifacts).map(([name, values]) => [name, values[at]]));
  return {
    good: { version: "1.0.0", hoursAgo: 24, ...of(0) },
    bad: { version: "2.0.0", hoursAgo: 1, ...of(1) },
  };
};

const operationsOf = (plan: { phases: { steps: { operation: string }[] }[] }): string[] =>
  plan.phases.flatMap(({ steps }) => steps.map(({ operation }) => operation));

const told = (end: { events: { type: string; body: unknown }[] }): string =>
  end.events
    .slice(-8)
    .map((event) => `${event.type} ${JSON.stringify(event.body)}`)
    .join("\n");
