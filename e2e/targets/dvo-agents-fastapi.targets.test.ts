import "#e2e/fixtures/engine/own-data-folder.ts";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rollBackByProcedure } from "#e2e/fixtures/engine/procedure-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { alembicProject, python } from "#e2e/targets/alembic-project.ts";
import type { AlembicProject } from "#e2e/targets/alembic-project.ts";
import { agentImages, agentNeeds, envText, startAgent } from "#e2e/targets/compose-agent.ts";
import type { AgentImages, ComposeAgent } from "#e2e/targets/compose-agent.ts";
import { startDocker, startRegistry } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { agentMigrations, fastapiNeeds } from "#e2e/targets/fastapi.ts";
import { needs as balancerNeeds, servedBy, startLoadBalancer } from "#e2e/targets/load-balancer.ts";
import type { LoadBalancer } from "#e2e/targets/load-balancer.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { binaries, needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { dumpWith } from "#e2e/targets/shop-database.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const secrets = { password: "env:LASTGOOD_SECRET_FASTAPI_BEHIND" };
const absent =
  missing(agentNeeds) ?? missing(needs) ?? missing(balancerNeeds.haproxy) ?? missing(fastapiNeeds);

describeWith("A FastAPI agent in containers behind HAProxy, with PostgreSQL", absent, () => {
  let engine: DockerHost;
  let registry: Registry;
  let images: AgentImages;
  let server: PostgresTarget;
  let project: AlembicProject;
  let agent: ComposeAgent;
  let balancer: LoadBalancer;
  const folders = { backups: "", dumps: "" };
  const pool = workerPool(
    () => database.url,
    () => database.client,
    2,
  );

  beforeAll(async () => {
    [engine, registry, server] = await Promise.all([startDocker(), startRegistry(), startPostgres()]);
    images = await agentImages(engine, registry);
    process.env["LASTGOOD_SECRET_FASTAPI_BEHIND"] = server.password;
    await server.query("postgres", `CREATE DATABASE agents OWNER ${server.role}`);
    const url = `postgresql://${server.role}:${encodeURIComponent(server.password)}@${server.address}/agents`;
    project = await alembicProject(agentMigrations);
    await project.alembic(url, "upgrade", "1f00_answers");
    await server.query(
      "agents",
      `SET ROLE ${server.role}; INSERT INTO answers (question, answer) SELECT 'q' || n, 'A' || n FROM generate_series(1, 20) n`,
    );
    for (const name of ["backups", "dumps"] as const) {
      folders[name] = path.join(server.folder, name);
      mkdirSync(folders[name]);
    }
    dumpWith(server, "agents", path.join(folders.backups, "1.0.0.dump"));
    await project.alembic(url, "upgrade", "2f00_confidence");
    // Both containers got 2.0.0 and its settings; blue, which gets no traffic, was stopped.
    const settings = { MODEL: "large", AI_AGENTS_DATABASE_URL: url };
    agent = await startAgent(engine, images, { blue: images.bad, green: images.bad }, settings);
    await writeFile(
      path.join(agent.folder, ".env.1.0.0"),
      envText({ MODEL: "medium", AI_AGENTS_DATABASE_URL: url }),
      { mode: 0o600 },
    );
    const [blue = "", green = ""] = agent.addresses;
    balancer = await startLoadBalancer("haproxy", { backends: { blue, green } });
    await agent.compose("stop", "blue");
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await balancer.stop();
    await agent.stop();
    await project.close();
    await Promise.all([engine.stop(), registry.stop(), server.stop()]);
  });

  const released = (artifacts: { good: object; bad?: object }): Pick<Journey, "good" | "bad"> => ({
    good: { version: "1.0.0", hoursAgo: 24, ...artifacts.good },
    bad: { version: "2.0.0", hoursAgo: 1, ...artifacts.bad },
  });

  it("is dumped before its schema goes back, by “Procedure 2: Database Migration Rollback, Option A”", async () => {
    const shared = {
      ...{ host: "127.0.0.1", port: server.port, user: server.role, database: "agents" },
    };
    expect((await agent.ask("green", "does v2 work?")).status).toBe(200);
    const { walked, events } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "ai-agents-platform",
        procedure: "migration-downgrade",
        place: {
          allow: [server.address],
          targets: [
            {
              component: "database",
              adapter: "postgresql",
              settings: {
                ...{
                  ...shared,
                  backupFolder: folders.backups,
                  dumpFolder: folders.dumps,
                  toolFolder: binaries,
                },
                tls: { mode: "verify-full", caFile: path.join(server.folder, "data", "server.crt") },
                countTables: ["answers"],
              },
              secrets,
            },
            {
              component: "database",
              adapter: "migrations",
              settings: { ...shared, workingFolder: project.folder, python },
              secrets,
            },
          ],
        },
        ...released({
          good: { migrationHead: "1f00_answers", backup: "1.0.0.dump" },
          bad: { migrationHead: "2f00_confidence" },
        }),
      },
      ["downgrade-to"],
    );

    expect(walked).toEqual({
      ran: [
        "validation current-revision: current (Procedure 2, Steps, 1 Assess, Current version)",
        "validation check-reversible: check-reversible (Procedure 2, Steps, 1 Assess, Downgrade logic)",
        "validation check-backup: verify-backup (Procedure 2, Prerequisites, Backup exists)",
        "execution snapshot: emergency-dump (3. Backup Current State, Database snapshot)",
        "execution downgrade: downgrade-to (Procedure 2, Steps, 3 Option A Reversible, Downgrade)",
        "verification check-schema: current, verify (Procedure 2, Steps, 3 Option A Reversible, Schema)",
        "verification check-data: check-integrity, count-rows (Post-Rollback Validation Checklist, Database connectivity)",
      ],
      byPerson: [
        "keep-logs",
        "announce",
        "history",
        "staging-downgrade",
        "staging-integrity",
        "staging-upgrade",
        "announce-recovery",
      ],
      // The code goes back in the next test, by the procedure of its own platform.
      nothing: [
        "keep-deployment",
        "keep-database",
        "check-code",
        "pin-version",
        "fetch-images",
        "stop",
        "start",
        "check-health",
      ],
      unnamed: [],
    });
    expect(await server.query("agents", "SELECT version_num FROM alembic_version")).toEqual([
      { version_num: "1f00_answers" },
    ]);
    expect(await server.query("agents", "SELECT count(*)::int AS count FROM answers")).toEqual([
      { count: 21 },
    ]);
    const dumps = readdirSync(folders.dumps).filter((name) => name.endsWith(".dump"));
    expect(dumps).toHaveLength(1);
    const dumped = execFileSync(
      `${binaries}/pg_restore`,
      ["--data-only", "--table=answers", "-f", "-", path.join(folders.dumps, dumps[0] ?? "")],
      { encoding: "utf8" },
    );
    expect(dumped).toContain("does v2 work?\tDOES V2 WORK?\t0.9");
    expect(events).not.toContain(server.password);
  });

  it("answers as 1.0.0 through HAProxy, by “FASTAPI ROLLBACK”, with its image, its variables and the load balancer back", async () => {
    expect(await servedBy(balancer.url)).toBe("2.0.0");
    const { probePath: _asked, ...routing } = balancer.settings;
    const compose = { ...agent.settings, layers: [["blue"]], infrastructure: ["store", "green"] };
    const green = await agent.print("green", "store");
    const image = `blue=${images.good}`;
    const { walked, events } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "dvo-agents",
        procedure: "fastapi",
        initiator: "release_manager",
        place: {
          allow: [...balancer.allow, ...agent.addresses],
          targets: [
            { component: "code", adapter: "docker-compose", settings: compose, secrets: {} },
            {
              component: "configuration",
              adapter: "env-file",
              settings: { path: path.join(agent.folder, ".env"), plainKeys: ["MODEL"] },
              secrets: {},
            },
            { component: "configuration", adapter: "docker-compose", settings: compose, secrets: {} },
            {
              component: "routing",
              adapter: "haproxy",
              settings: { ...routing, versions: { blue: "1.0.0", green: "2.0.0" } },
              secrets: {},
            },
            {
              component: "code",
              adapter: "http-check",
              settings: {
                title: "It answers a question",
                url: `${agent.url("blue")}/api/agents/answer`,
                method: "POST",
                body: { question: "are you well?" },
                json: [
                  { path: "answer", equals: "ARE YOU WELL?" },
                  { path: "version", equalsVersion: true },
                ],
              },
              secrets: {},
            },
            {
              component: "configuration",
              adapter: "http-check",
              settings: {
                title: "It runs with the model of that version",
                url: `${agent.url("blue")}/version`,
                json: [{ path: "model", equals: "medium" }],
              },
              secrets: {},
            },
          ],
        },
        ...released({ good: { imageDigest: image, configurationRevision: "1.0.0" } }),
      },
      ["switch"],
    );

    expect(walked).toEqual({
      ran: [
        "validation check-image: confirm (STEP 2 VALIDATION, Target is deployable)",
        "validation check-variables: confirm (STEP 2 VALIDATION, Target is deployable)",
        "validation check-load-balancer: confirm (STEP 2 VALIDATION, Target is deployable)",
        "execution deploy-image: stop, pin-images, pull, start-layer (FASTAPI ROLLBACK, Container image)",
        "execution restore-variables: restore, restart (FASTAPI ROLLBACK, Environment variables)",
        "execution move-load-balancer: switch, drain (FASTAPI ROLLBACK, Load balancer)",
        "verification run-health-checks: verify-version, verify-health, check (STEP 4 VERIFICATION, Health checks)",
        "verification verify-configuration: verify, verify-health, verify (STEP 4 VERIFICATION, Basic functionality)",
        "verification verify-routing: verify-version (STEP 4 VERIFICATION, Basic functionality)",
      ],
      byPerson: [
        "capture-state",
        "log-reason",
        "notify-pending",
        "find-version",
        "check-dependencies",
        "stop-deployment",
        "confirm-telemetry",
        "validate-handoffs",
        "update-status",
        "log-completion",
        "notify-completion",
        "track-version",
      ],
      // The endpoint is asked under the step before it, which names every check.
      nothing: ["verify-endpoints"],
      unnamed: ["initiation code capture", "initiation configuration capture"],
    });
    expect(await balancer.serving()).toEqual(["blue"]);
    for (let at = 0; at < 20; at++) expect(await servedBy(balancer.url)).toBe("1.0.0");
    expect(await agent.health("blue")).toMatchObject({
      version: "1.0.0",
      model: "medium",
      status: "healthy",
    });
    expect(await agent.print("green", "store")).toEqual(green);
    expect(events).toContain("5 of 5 requests through");
    expect(events).not.toContain(server.password);
  });
});
