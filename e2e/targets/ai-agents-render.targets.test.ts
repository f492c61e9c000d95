import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "#e2e/contract/folder-print.ts";
import { badCommit, goodCommit, startRender } from "#e2e/contract/render-server.ts";
import type { RenderServer } from "#e2e/contract/render-server.ts";
import { rollBackByProcedure } from "#e2e/fixtures/engine/procedure-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import type { Component } from "#lib/domain/service.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const token = "key of the Render workspace";
process.env["LASTGOOD_SECRET_AGENTS_RENDER"] = token;

const database = await testDatabase();
const pool = workerPool(
  () => database.url,
  () => database.client,
  2,
);
beforeAll(() => pool.atLeast(2));
afterAll(() => pool.stop());

describe("an agents platform on a server that keeps Render's contract", () => {
  let folder: string;
  let server: RenderServer;
  beforeEach(async () => {
    folder = await temporaryFolder();
    server = await startRender(token);
    server.course.looks = 5;
  });
  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const keep = (revision: string, values: Record<string, string>): Promise<void> =>
    writeFile(
      path.join(folder, `${revision}.env`),
      Object.entries(values)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
    );

  const place = (components: readonly Component[]): Journey["place"] => ({
    allow: [server.address],
    targets: components.map((component) => ({
      component,
      adapter: "render",
      settings: {
        ...{ serviceId: "srv-agent", apiUrl: `${server.url}/v1`, revisions: folder, plainKeys: ["MODEL"] },
        ...{ settleSeconds: 1, lookEveryMs: 100 },
      },
      secrets: { token: "env:LASTGOOD_SECRET_AGENTS_RENDER" },
    })),
  });

  it("runs with the variables of version 1 again, by “Procedure 3: Configuration Rollback, Render.com”", async () => {
    const good = { MODEL: "medium", OPENAI_API_KEY: "sk-of-version-1" };
    await keep("2.3.0", good);
    const before = server.live();
    const { walked, events } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "ai-agents-platform",
        procedure: "configuration-render",
        place: place(["configuration"]),
        good: { version: "2.3.0", hoursAgo: 48, configurationRevision: "2.3.0" },
        bad: { version: "2.4.0", hoursAgo: 1, configurationRevision: "2.4.0" },
      },
      ["restart"],
    );

    expect(walked).toEqual({
      ran: [
        "initiation keep-configuration: capture-names (3. Backup Current State, Deployment info, Environment variables)",
        "validation compare: compare (Procedure 3, Steps, Render.com, 1 Compare with the backup)",
        "execution restore: restore-environment (Procedure 3, Steps, Render.com, 2 Revert variables)",
        "execution restart: restart (Procedure 3, Steps, Render.com, 2 Revert variables, Wait for the restart)",
        "verification verify: verify (Procedure 3, Steps, Render.com, 2 Revert variables, Wait for the restart)",
      ],
      byPerson: ["announce", "announce-recovery"],
      nothing: [],
      unnamed: [],
    });
    expect(server.variables()).toEqual(good);
    expect(server.running()).toEqual(good);
    expect(server.live()).toMatchObject({ commit: before?.commit, artifactId: before?.artifactId });
    expect(server.effects).toEqual({ rollbacks: 0, deploys: 1, replaced: 1 });
    expect(events).not.toContain("sk-of-version-1");
    expect(events).not.toContain(token);
  });

  it("uses the old database with the code that fits it again, by “Strategy 2: Blue-Green Database Deployment”", async () => {
    const good = {
      MODEL: "large",
      AI_AGENTS_DATABASE_URL: "postgresql://agents:sk-of-version-1@old/ai_agents",
    };
    await keep("2.3.0", good);
    const { walked, events } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "ai-agents-platform",
        procedure: "database-switch-back",
        place: place(["configuration", "code"]),
        good: { version: "2.3.0", hoursAgo: 48, commit: goodCommit, configurationRevision: "2.3.0" },
        bad: { version: "2.4.0", hoursAgo: 1, commit: badCommit, configurationRevision: "2.4.0" },
      },
      ["rollback"],
    );

    expect(walked).toEqual({
      ran: [
        "initiation keep-configuration: capture-names (3. Backup Current State, Deployment info, Environment variables)",
        "initiation keep-deployment: capture (3. Backup Current State, Deployment info)",
        "validation check-configuration: compare (Strategy 2: Blue-Green Database Deployment, 5 Keep 7 days)",
        "validation check-code: confirm (4. Identify Rollback Target, Verify target)",
        "execution switch-connection: restore-environment (Strategy 2: Blue-Green Database Deployment, Rollback)",
        "execution restart: restart (Procedure 3, Steps, Docker Compose, 2 Restart services)",
        "execution start: rollback (Procedure 2, Steps, 4 Application code, Rebuild and restart)",
        "verification verify-connection: verify (Strategy 2: Blue-Green Database Deployment, Rollback)",
        "verification check-health: verify-version (Procedure 2, Steps, 3 Option A Reversible, Application works)",
      ],
      byPerson: ["check-old-database", "announce-recovery"],
      // A kept deploy is neither pinned nor fetched, and nothing stops: Render replaces what runs.
      nothing: ["pin-version", "fetch-images", "stop"],
      unnamed: [],
    });
    expect(server.running()).toEqual(good);
    expect(server.live()).toMatchObject({ trigger: "rollback", commit: { id: goodCommit } });
    expect(server.effects).toEqual({ rollbacks: 1, deploys: 1, replaced: 1 });
    expect(events).not.toContain("sk-of-version-1");
  });
});
