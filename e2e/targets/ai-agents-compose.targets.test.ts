import "#e2e/fixtures/engine/own-data-folder.ts";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rollBackByProcedure } from "#e2e/fixtures/engine/procedure-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { agentImages, agentNeeds, envText, startAgent } from "#e2e/targets/compose-agent.ts";
import type { AgentImages, ComposeAgent } from "#e2e/targets/compose-agent.ts";
import { startDocker, startRegistry } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { gitMissing, startGitHttp } from "#e2e/targets/git-http.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { startDatabaseServer } from "#e2e/targets/own-database.ts";
import type { DatabaseServer } from "#e2e/targets/own-database.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { Component } from "#lib/domain/service.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const gitToken = "token of the repository";
process.env["LASTGOOD_SECRET_AGENTS_GIT"] = gitToken;
const table = "CREATE TABLE answers (id serial PRIMARY KEY, question text, answer text";

describeWith("An agents platform under Docker Compose", missing(agentNeeds) ?? gitMissing, () => {
  let engine: DockerHost;
  let registry: Registry;
  let images: AgentImages;
  let server: DatabaseServer;
  const pool = workerPool(
    () => database.url,
    () => database.client,
    2,
  );
  beforeAll(async () => {
    [engine, registry, server] = await Promise.all([startDocker(), startRegistry(), startDatabaseServer()]);
    images = await agentImages(engine, registry);
    await server.create("agents_old");
    await server.create("agents_new");
    await server.query("agents_old", `${table})`);
    await server.query("agents_new", `${table}, confidence float NOT NULL)`);
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await Promise.all([engine.stop(), registry.stop(), server.stop()]);
  });

  const target = (
    component: Component,
    adapter: string,
    settings: JsonObject,
  ): Journey["place"]["targets"][number] => ({
    component,
    adapter,
    settings,
    secrets: {},
  });
  const envFile = ({ folder }: ComposeAgent) =>
    target("configuration", "env-file", {
      path: path.join(folder, ".env"),
      backupName: "{file}.backup-{revision}",
      plainKeys: ["MODEL"],
    });
  const healthy = (agent: ComposeAgent, component: Component, json: JsonObject[]) =>
    target(component, "http-check", { title: "Health", url: `${agent.url("api")}/health`, json });
  const allOf = (agent: ComposeAgent): string[] => agent.addresses;

  it("has read the .env file of version 1, by “Procedure 3: Configuration Rollback, Docker Compose”", async () => {
    const both = { api: images.bad, worker: images.bad };
    const good = {
      MODEL: "medium",
      OPENAI_API_KEY: "sk-of-v1",
      AI_AGENTS_DATABASE_URL: server.url("agents_new"),
    };
    const bad = { MODEL: "large", OPENAI_API_KEY: "sk-of-v2", AI_AGENTS_DATABASE_URL: server.url("nowhere") };
    const agent = await startAgent(engine, images, both, bad);
    await writeFile(path.join(agent.folder, ".env.backup-20251120-100000"), envText(good), { mode: 0o600 });
    expect(await agent.health("api")).toMatchObject({ status: "unhealthy", model: "large" });
    const [store, before] = [await agent.print("store"), await agent.print("api", "worker")];
    const { walked, events } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "ai-agents-platform",
        procedure: "configuration-compose",
        place: {
          allow: allOf(agent),
          targets: [
            envFile(agent),
            target("configuration", "docker-compose", agent.settings),
            healthy(agent, "configuration", [{ path: "model", equals: "medium" }]),
          ],
        },
        good: { version: "1.0.0", hoursAgo: 24, configurationRevision: "20251120-100000" },
        bad: { version: "2.0.0", hoursAgo: 1 },
      },
      ["restart"],
    );

    expect(walked).toEqual({
      ran: [
        "initiation keep-configuration: capture (3. Backup Current State, Deployment info, Environment variables)",
        "validation compare: confirm (Procedure 3, Steps, Docker Compose, 1 Restore .env, Critical variables)",
        "execution restore: restore (Procedure 3, Steps, Docker Compose, 1 Restore .env)",
        "execution restart: restart (Procedure 3, Steps, Docker Compose, 2 Restart services)",
        "verification verify: verify, verify-health, verify (Procedure 3, Steps, Docker Compose, 2 Restart services, Configuration loaded)",
      ],
      byPerson: ["announce", "announce-recovery"],
      nothing: [],
      unnamed: [],
    });
    for (const service of ["api", "worker"]) {
      expect(await agent.health(service)).toMatchObject({
        status: "healthy",
        version: "2.0.0",
        model: "medium",
      });
      expect(await agent.log(service)).toContain("Environment loaded: MODEL=medium");
    }
    expect(await agent.print("store")).toEqual(store);
    const imagesOf = (rows: string[]) => rows.map((row) => row.split(" ")[3]);
    expect(imagesOf(await agent.print("api", "worker"))).toEqual(imagesOf(before));
    for (const secret of ["sk-of-v1", "sk-of-v2", server.password]) expect(events).not.toContain(secret);
    await agent.stop();
  });

  it("runs the known-good tag everywhere, by “Procedure 5: Emergency Full Rollback”, with its database and queue left alone", async () => {
    const repository = await startGitHttp(gitToken);
    const tagged = async (version: string): Promise<string> => {
      const commit = await repository.commit(
        { "agent.py": `VERSION = "${version}"\n` },
        `Release ${version}`,
      );
      repository.git("tag", `v${version}`, "main");
      return commit;
    };
    const [good, bad] = [await tagged("1.0.0"), await tagged("2.0.0")];
    const settings = { MODEL: "medium", AI_AGENTS_DATABASE_URL: server.url("agents_old") };
    const agent = await startAgent(engine, images, { api: images.bad, worker: images.bad }, settings);
    const store = await agent.print("store");
    const { walked } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "ai-agents-platform",
        procedure: "emergency-full-rollback",
        place: {
          allow: [...allOf(agent), repository.address],
          targets: [
            {
              ...target("code", "git", { url: repository.url, tagName: "v{version}" }),
              secrets: { token: "env:LASTGOOD_SECRET_AGENTS_GIT" },
            },
            target("code", "docker-compose", agent.settings),
            healthy(agent, "code", [{ path: "version", equalsVersion: true }]),
            target("code", "http-check", {
              title: "Signing in works",
              url: `${agent.url("api")}/api/v1/auth/login`,
              method: "POST",
              body: { username: "tester", password: "for tests" },
            }),
          ],
        },
        good: { version: "1.0.0", hoursAgo: 24, commit: good, imageDigest: agent.imageDigest(images.good) },
        bad: { version: "2.0.0", hoursAgo: 1, commit: bad, imageDigest: agent.imageDigest(images.bad) },
      },
      ["stop"],
    );

    expect(walked).toEqual({
      ran: [
        "initiation keep-deployment: record, capture (3. Backup Current State, Deployment info, Git commit; 3. Backup Current State, Deployment info, Image tags)",
        "validation confirm-images: confirm, confirm (4. Identify Rollback Target, Verify target)",
        "execution pin-version: revert-commit, pin-images (Procedure 5, Steps, 1 Rapid rollback, Checkout)",
        "execution fetch-images: pull (Procedure 5, Steps, 1 Rapid rollback, Rebuild)",
        "execution stop: stop (Procedure 5, Steps, 1 Rapid rollback, Stop all services)",
        "execution start: start-layer (Procedure 5, Steps, 1 Rapid rollback, Start)",
        "verification check-health: verify-version, verify-health, verify, verify, verify (Procedure 5, Steps, 1 Rapid rollback, Wait 30 seconds; Procedure 5, Steps, 2 Verify, Health)",
      ],
      byPerson: ["keep-logs", "announce", "find-tag", "check-database", "announce-recovery"],
      // Signing in is checked under the step before it, which names every check.
      nothing: ["check-authentication"],
      unnamed: [],
    });
    for (const service of ["api", "worker"])
      expect(await agent.health(service)).toMatchObject({ status: "healthy", version: "1.0.0" });
    expect(repository.git("rev-parse", "main^{tree}")).toBe(repository.git("rev-parse", "v1.0.0^{tree}"));
    expect(repository.git("rev-parse", "main^")).toBe(bad);
    expect(await agent.print("store")).toEqual(store);
    await agent.stop();
    await repository.stop();
  });

  it("uses the old database of the pair again, by “Strategy 2: Blue-Green Database Deployment”, with what was written to both", async () => {
    const good = { MODEL: "medium", AI_AGENTS_DATABASE_URL: server.url("agents_old") };
    const bad = {
      MODEL: "medium",
      AI_AGENTS_DATABASE_URL: server.url("agents_new"),
      OLD_DATABASE_URL: server.url("agents_old"),
    };
    const agent = await startAgent(engine, images, { api: images.bad, worker: images.bad }, bad);
    await writeFile(path.join(agent.folder, ".env.backup-r1"), envText(good), { mode: 0o600 });
    expect((await agent.ask("api", "is this in both?")).status).toBe(200);
    expect(await agent.health("api")).toMatchObject({ version: "2.0.0", database: "agents_new" });
    const inNew = await server.query("agents_new", "SELECT * FROM answers ORDER BY id");
    const { walked, events } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "ai-agents-platform",
        procedure: "database-switch-back",
        place: {
          allow: allOf(agent),
          targets: [
            envFile(agent),
            target("configuration", "docker-compose", agent.settings),
            target("code", "docker-compose", agent.settings),
            healthy(agent, "configuration", [{ path: "database", equals: "agents_old" }]),
            healthy(agent, "code", [{ path: "version", equalsVersion: true }]),
          ],
        },
        good: {
          version: "1.0.0",
          hoursAgo: 24,
          configurationRevision: "r1",
          imageDigest: agent.imageDigest(images.good),
        },
        bad: { version: "2.0.0", hoursAgo: 1, imageDigest: agent.imageDigest(images.bad) },
      },
      ["restart"],
    );

    expect(walked).toEqual({
      ran: [
        "initiation keep-configuration: capture (3. Backup Current State, Deployment info, Environment variables)",
        "initiation keep-deployment: capture (3. Backup Current State, Deployment info)",
        "validation check-configuration: confirm (Strategy 2: Blue-Green Database Deployment, 5 Keep 7 days)",
        "validation check-code: confirm (4. Identify Rollback Target, Verify target)",
        "execution switch-connection: restore (Strategy 2: Blue-Green Database Deployment, Rollback)",
        "execution restart: restart (Procedure 3, Steps, Docker Compose, 2 Restart services)",
        "execution pin-version: pin-images (Procedure 2, Steps, 4 Application code, Checkout)",
        "execution fetch-images: pull (Procedure 2, Steps, 4 Application code, Rebuild and restart)",
        "execution stop: stop (Procedure 2, Steps, 4 Application code, Rebuild and restart)",
        "execution start: start-layer (Procedure 2, Steps, 4 Application code, Rebuild and restart)",
        "verification verify-connection: verify, verify-health, verify (Strategy 2: Blue-Green Database Deployment, Rollback)",
        "verification check-health: verify-version, verify-health, verify (Procedure 2, Steps, 3 Option A Reversible, Application works)",
      ],
      byPerson: ["check-old-database", "announce-recovery"],
      nothing: [],
      unnamed: [],
    });
    for (const service of ["api", "worker"])
      expect(await agent.health(service)).toMatchObject({ version: "1.0.0", database: "agents_old" });
    expect((await agent.ask("api", "and this?")).body).toMatchObject({ version: "1.0.0" });
    const inOld = await server.query("agents_old", "SELECT question FROM answers ORDER BY id");
    expect(inOld.map(({ question }) => question)).toEqual(["is this in both?", "and this?"]);
    expect(await server.query("agents_new", "SELECT * FROM answers ORDER BY id")).toEqual(inNew);
    expect(events).not.toContain(server.password);
    await agent.stop();
  });
});
