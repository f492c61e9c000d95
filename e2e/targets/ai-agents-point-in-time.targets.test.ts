import "#e2e/fixtures/engine/own-data-folder.ts";
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { rollBackByProcedure } from "#e2e/fixtures/engine/procedure-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { agentImages, agentNeeds, startAgent } from "#e2e/targets/compose-agent.ts";
import type { AgentImages } from "#e2e/targets/compose-agent.ts";
import { startDocker, startRegistry } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { binaries, needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { ways } from "#e2e/targets/recovery-ways.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const secret = "LASTGOOD_SECRET_AGENTS_MOMENT";

describeWith("An agents platform whose log is archived", missing(agentNeeds) ?? missing(needs), () => {
  let engine: DockerHost;
  let registry: Registry;
  let images: AgentImages;
  let server: PostgresTarget;
  const pool = workerPool(
    () => database.url,
    () => database.client,
    2,
  );
  beforeAll(async () => {
    [engine, registry, server] = await Promise.all([startDocker(), startRegistry(), startPostgres()]);
    images = await agentImages(engine, registry);
    process.env[secret] = server.password;
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await Promise.all([engine.stop(), registry.stop(), server.stop()]);
  });

  it("has the answers of the moment before the damage, by “Strategy 3: Point-in-Time Recovery”, and version 1 works on them", async () => {
    const way = ways.find(({ by }) => by === "pgbackrest");
    if (way === undefined) throw new Error("There is a way by pgBackRest.");
    await server.query("postgres", `CREATE DATABASE agents OWNER ${server.role}`);
    await server.query(
      "agents",
      `SET ROLE ${server.role}; CREATE TABLE answers (id serial PRIMARY KEY, question text NOT NULL, answer text);
       CREATE TABLE alembic_version (version_num text PRIMARY KEY); INSERT INTO alembic_version VALUES ('1f00');
       INSERT INTO answers (question, answer) SELECT 'question ' || n, 'ANSWER ' || n FROM generate_series(1, 500) n`,
    );
    await way.backUp(server);
    // pgBackRest tells the end of a backup in whole seconds: the moment lies in a later one for certain.
    const backedUpAt = Date.now();
    await vi.waitFor(() => expect(Date.now() - backedUpAt).toBeGreaterThan(2000), { timeout: 20_000 });
    await server.query(
      "agents",
      "INSERT INTO answers (question, answer) VALUES ('after the backup', 'KEPT')",
    );
    const [now] = await server.query(
      "agents",
      `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS moment`,
    );
    const moment = String(now?.["moment"]);
    await server.query(
      "agents",
      `ALTER TABLE answers ADD confidence float NOT NULL DEFAULT 0; UPDATE alembic_version SET version_num = '2f00';
       UPDATE answers SET answer = NULL; DELETE FROM answers WHERE id > 100`,
    );
    const password = encodeURIComponent(server.password);
    const agent = await startAgent(
      engine,
      images,
      { api: images.bad, worker: images.bad },
      {
        MODEL: "medium",
        AI_AGENTS_DATABASE_URL: `postgresql://${server.role}:${password}@${server.address}/agents`,
      },
    );
    expect(await agent.health("api")).toMatchObject({ version: "2.0.0", answers: 100 });
    const dumps = path.join(server.folder, "dumps");
    mkdirSync(dumps);

    const { walked, prepared, events } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "ai-agents-platform",
        procedure: "point-in-time",
        place: {
          allow: [server.address, ...agent.addresses],
          targets: [
            { component: "code", adapter: "docker-compose", settings: agent.settings, secrets: {} },
            {
              component: "database",
              adapter: "postgresql",
              settings: {
                ...{ host: "127.0.0.1", port: server.port, user: server.role, database: "agents" },
                tls: { mode: "verify-full", caFile: path.join(server.folder, "data", "server.crt") },
                dumpFolder: dumps,
                toolFolder: binaries,
                recovery: way.recovery(server),
                countTables: ["answers"],
                integrity: [
                  { name: "Answers are whole", sql: "SELECT id FROM answers WHERE answer IS NULL" },
                ],
              },
              secrets: { password: `env:${secret}` },
            },
            {
              component: "code",
              adapter: "http-check",
              settings: {
                title: "Health",
                url: `${agent.url("api")}/health`,
                json: [
                  { path: "version", equalsVersion: true },
                  { path: "answers", equals: 501 },
                ],
              },
              secrets: {},
            },
          ],
        },
        good: {
          ...{ version: "1.0.0", hoursAgo: 24, backup: moment, migrationHead: "1f00" },
          imageDigest: agent.imageDigest(images.good),
        },
        bad: {
          ...{ version: "2.0.0", hoursAgo: 1, migrationHead: "2f00" },
          imageDigest: agent.imageDigest(images.bad),
        },
      },
      ["point-in-time"],
    );

    expect(prepared.plan.dataLoss?.phrase).toBe("CONFIRM DATA LOSS");
    expect(Date.parse(prepared.plan.dataLoss?.from ?? "")).toBe(Date.parse(moment));
    expect(walked).toEqual({
      ran: [
        "initiation keep-deployment: capture (3. Backup Current State, Deployment info, Git commit; 3. Backup Current State, Deployment info, Image tags)",
        "validation check-archive: verify-backup (Strategy 3: Point-in-Time Recovery, WAL archiving)",
        "validation check-code: confirm (4. Identify Rollback Target, Verify target)",
        "execution stop-all: stop (Procedure 2, Steps, 3 Option B Non-reversible, Stop all services)",
        "execution snapshot: emergency-dump (3. Backup Current State, Database snapshot)",
        "execution close-connections: terminate-connections (Strategy 3: Point-in-Time Recovery, Restore to a timestamp)",
        "execution restore: point-in-time (Strategy 3: Point-in-Time Recovery, Restore to a timestamp)",
        "execution swap: swap-names (Strategy 3: Point-in-Time Recovery, Restore to a timestamp)",
        "execution pin-version: pin-images (Procedure 2, Steps, 4 Application code, Checkout)",
        "execution fetch-images: pull (Procedure 2, Steps, 4 Application code, Rebuild and restart)",
        "execution start: start-layer (Procedure 2, Steps, 4 Application code, Rebuild and restart)",
        "verification check-data: check-integrity, count-rows, current (Post-Rollback Validation Checklist, Database connectivity)",
        "verification check-health: verify-version, verify-health, verify (Procedure 2, Steps, 3 Option A Reversible, Application works)",
      ],
      byPerson: ["keep-logs", "announce", "check-restored", "announce-recovery"],
      // PostgreSQL is looked at when the plan is made, and at its revision when all is done.
      nothing: ["keep-database", "check-database"],
      unnamed: [],
    });
    for (const service of ["api", "worker"])
      expect(await agent.health(service)).toMatchObject({ version: "1.0.0", answers: 501 });
    expect((await agent.ask("api", "does v1 work?")).status).toBe(200);
    const rows = await server.query(
      "agents",
      "SELECT answer FROM answers WHERE question = 'after the backup'",
    );
    expect(rows).toEqual([{ answer: "KEPT" }]);
    const kept = `agents_before_${prepared.id.toLowerCase()}`;
    expect(
      await server.query("postgres", `SELECT 1 FROM pg_database WHERE datname = '${kept}'`),
    ).toHaveLength(1);
    expect(readdirSync(dumps).filter((name) => name.endsWith(".dump"))).toHaveLength(1);
    expect(readdirSync(server.recovery).filter((name) => name.startsWith("lastgood-"))).toEqual([]);
    expect(events).not.toContain(server.password);
    await agent.stop();
  });
});
