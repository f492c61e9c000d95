import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, inject, it } from "vitest";
import { Client } from "pg";
import { readIdentity } from "#lib/platform/folder-lock.ts";
import { isRunning } from "#lib/platform/process-identity.ts";
import type { ProcessIdentity } from "#lib/platform/process-identity.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import { breakSandbox } from "./break-sandbox.ts";
import { callJson, field, readJson, sendJson } from "./json-http.ts";
import { processFile } from "./kept-process.ts";
import { listenOn } from "./listen.ts";
import { claimSandboxPorts } from "./ports.ts";
import type { SandboxPorts } from "./ports.ts";

const root = mkdtempSync(join(tmpdir(), "sandbox-fleet-"));
const dataDir = join(root, "sandbox");
const tokenFile = join(root, "token");
const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const children = ["proxy", "blue", "green", "neighbours"] as const;

const databaseName = `test_${process.pid}_sandbox`;
const databaseUrl = new URL(inject("testServer").ownerUrl);
databaseUrl.pathname = databaseName;

let supervisor: ChildProcess | undefined;
let ports: SandboxPorts;
let proxy = "";
const received: unknown[] = [];
const consoleStandIn = createServer((request, response) => {
  void readJson(request).then((body) => {
    received.push({ path: request.url, token: request.headers.authorization, body });
    sendJson(response, 202, {});
  });
});
let consoleUrl = "";

const start = async (): Promise<void> => {
  const started = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      SANDBOX_DATA: dataDir,
      SANDBOX_DATABASE_URL: databaseUrl.href,
      SANDBOX_TRAFFIC_PER_SECOND: "60",
      SANDBOX_SIGNALS_SECONDS: "1",
      SANDBOX_TOKEN_FILE: tokenFile,
      LASTGOOD_URL: consoleUrl,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  supervisor = started;
  await new Promise<void>((resolve, reject) => {
    let output = "";
    started.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("sandbox ready")) resolve();
    });
    started.once("close", () => reject(new Error(`The sandbox ended: ${output}`)));
  });
};

const end = async (signal: NodeJS.Signals): Promise<void> => {
  if (!supervisor || supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  const closed = once(supervisor, "close");
  supervisor.kill(signal);
  await closed;
};

const until = async <T>(what: string, look: () => T | Promise<T>, seconds = 20): Promise<NonNullable<T>> => {
  const limit = Date.now() + seconds * 1_000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > limit) throw new Error(`Not within ${seconds} s: ${what}`);
    await wait(50);
  }
};

const read = async (path: string): Promise<unknown> => (await callJson("GET", `${proxy}${path}`)).body;
const rollBack = (body: unknown) => callJson("POST", `${proxy}/deployment/rollback`, { body });
const toBlue = { from: "green", to: "blue", version: "2.3.0" };

/** The measured share of 5xx since the last switch, once there are enough requests to speak of one. */
const errorRate = (environment: string): Promise<{ value: number }> =>
  until(`a rate of ${environment}`, async () => {
    const metrics = await read("/metrics.json");
    const current = field(metrics, "current");
    const value = field(current, "errorRate");
    // Of a few requests one in six may well be none: a share is spoken of when there were enough.
    const isEnough = Number(field(current, "requests")) >= 100;
    return field(metrics, "currentEnvironment") === environment && isEnough && typeof value === "number"
      ? { value }
      : null;
  });

const identities = (): ProcessIdentity[] =>
  children.map((role) => readIdentity(processFile(dataDir, role))).filter((found) => found !== undefined);

beforeAll(async () => {
  consoleUrl = `http://127.0.0.1:${await listenOn(consoleStandIn, 0)}`;
  ports = await claimSandboxPorts(dataDir);
  proxy = `http://127.0.0.1:${ports.proxy}`;
  await start();
}, 120_000);

afterEach(async () => {
  if (supervisor?.exitCode !== null || supervisor.signalCode !== null) await start();
});

afterAll(async () => {
  await end("SIGTERM");
  consoleStandIn.close();
  const client = new Client({ connectionString: inject("testServer").ownerUrl });
  await client.connect();
  await client.query(`drop database if exists ${databaseName} with (force)`);
  await client.end();
  rmSync(root, { recursive: true, force: true });
});

it("starts with the bad version in production, failing for real", async () => {
  expect(await read("/deployment/status")).toMatchObject({ currentEnvironment: "green", version: "2.4.0" });
  expect((await errorRate("green")).value).toBeGreaterThan(0.05);
  await until("its health is degraded", async () => field(await read("/health"), "health") === "degraded");
  const memory = async (): Promise<number> => Number(field(await read("/health"), "memoryPercent"));
  const before = await memory();
  await until("its memory grows", async () => (await memory()) > before + 3);
});

it("both versions share a database that the newer one migrated further", async () => {
  const client = new Client({ connectionString: databaseUrl.href });
  await client.connect();
  const { rows } = await client.query<{ id: string }>(
    "select id from schema_migration order by id desc limit 1",
  );
  const { rows: tenants } = await client.query("select id from tenant where segment is null");
  await client.end();
  expect(rows[0]?.id).toBe("0004_tenant_segment");
  expect(tenants).toHaveLength(11);
});

it("a rollback brings the rate down; asked for again it changes nothing; broken again it fails again", async () => {
  expect(await rollBack(toBlue)).toMatchObject({ status: 200, body: { changed: true, version: "2.3.0" } });
  expect(await read("/version")).toMatchObject({ version: "2.3.0", environment: "blue" });
  expect((await errorRate("blue")).value).toBe(0);
  expect(await read("/health")).toMatchObject({ health: "healthy" });
  expect(await rollBack(toBlue)).toMatchObject({ status: 200, body: { changed: false, version: "2.3.0" } });

  expect(await breakSandbox(dataDir)).toMatchObject({ changed: true, version: "2.4.1" });
  expect(await breakSandbox(dataDir)).toMatchObject({ changed: false });
  expect((await errorRate("green")).value).toBeGreaterThan(0.05);
  expect(readFileSync(join(dataDir, "checkout.env"), "utf8")).toContain("release 2.4.1");
});

it("signals go to the console as soon as there is a token", async () => {
  expect(received).toHaveLength(0);
  writeFileAtomically(tokenFile, "t0ken\n");
  const report = await until("a report from production", () =>
    received.find((one) => {
      const body = field(one, "body");
      return field(body, "service") === "shop-checkout" && field(body, "environment") === "production";
    }),
  );
  expect(report).toMatchObject({ path: "/api/v1/signals", token: "Bearer t0ken" });
  const signals = field(field(report, "body"), "signals");
  const names = Array.isArray(signals) ? signals.map((signal) => field(signal, "name")) : [];
  expect(names).toEqual([
    "error_rate",
    "response_time_ms",
    "memory_percent",
    "cpu_percent",
    "health_failures",
  ]);
});

it("a version that is killed is started again", async () => {
  const before = readIdentity(processFile(dataDir, "green"));
  expect(before).toBeDefined();
  process.kill(before?.pid ?? 0, "SIGKILL");
  await until("another process serves green", async () => {
    const now = readIdentity(processFile(dataDir, "green"));
    const { status } = await callJson("GET", `${proxy}/version`);
    return now && now.pid !== before?.pid && status === 200;
  });
});

it("a killed supervisor leaves nobody behind, and the next start goes on where it was", async () => {
  await rollBack(toBlue);
  const before = identities();
  expect(before).toHaveLength(4);
  await end("SIGKILL");
  await until("every child is gone", () => !before.some(isRunning), 5);
  await start();
  expect(await claimSandboxPorts(dataDir)).toEqual(ports);
  const status = await read("/deployment/status");
  expect(status).toMatchObject({ currentEnvironment: "blue", version: "2.3.0" });
  expect(await rollBack(toBlue)).toMatchObject({ status: 200, body: { changed: false } });
});

it("a child that was frozen when its supervisor was killed is ended by the next start", async () => {
  const frozen = readIdentity(processFile(dataDir, "blue"));
  expect(frozen).toBeDefined();
  process.kill(frozen?.pid ?? 0, "SIGSTOP");
  await end("SIGKILL");
  await start();
  expect(frozen && isRunning(frozen)).toBe(false);
});

it("a second supervisor on the same folder is refused with one sentence", async () => {
  const second = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      SANDBOX_DATA: dataDir,
      SANDBOX_DATABASE_URL: databaseUrl.href,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  second.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(second, "close")) as [number];
  expect(code).toBe(1);
  expect(said).toMatch(/^The sandbox cannot start\. A sandbox is already running on .+\n$/);
});

it("SIGTERM stops everything it started", async () => {
  const before = identities();
  await end("SIGTERM");
  expect(before.some(isRunning)).toBe(false);
});
