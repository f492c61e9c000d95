import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { type EmbeddedServer, openEmbedded } from "#lib/platform/db/embedded.ts";
import { runningPostmaster } from "#lib/platform/db/postmaster.ts";

const dataFolder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-embedded-"));
fs.chmodSync(dataFolder, 0o711);
const cluster = path.join(dataFolder, "postgres");

/** Opens the server in a process of its own, and kills that without a warning. */
async function openAndDie(): Promise<void> {
  const module = JSON.stringify(path.join(import.meta.dirname, "embedded.ts"));
  const code = `const { openEmbedded } = await import(${module});
    await openEmbedded({ dataFolder: ${JSON.stringify(dataFolder)} });
    process.kill(process.pid, "SIGKILL");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: "inherit" });
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
}

async function query(server: EmbeddedServer, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.ownerUrl("postgres") });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text);
  await client.end();
  return rows;
}

const postmasterPid = (): number => {
  const found = runningPostmaster(cluster);
  if (found === undefined || found === "stale") throw new Error("PostgreSQL does not run.");
  return found.identity.pid;
};

afterEach(async () => {
  const server = await openEmbedded({ dataFolder });
  await server.release();
});

describe("the embedded PostgreSQL", () => {
  it("is made, stopped by the last who uses it, and found again on the same port", async () => {
    const first = await openEmbedded({ dataFolder });
    const second = await openEmbedded({ dataFolder });
    expect(second.ownerUrl("x")).toBe(first.ownerUrl("x"));
    await query(first, "CREATE TABLE kept AS SELECT 42 AS answer");
    await first.release();
    expect(second.isRunning()).toBe(true);
    await second.release();
    expect(second.isRunning()).toBe(false);

    const third = await openEmbedded({ dataFolder });
    expect(third.recovered).toEqual([]);
    expect(third.ownerUrl("x")).toBe(first.ownerUrl("x"));
    expect(await query(third, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    await third.release();
  });

  it("is used again when it outlived a killed process", async () => {
    await openAndDie();
    const pid = postmasterPid();
    const server = await openEmbedded({ dataFolder });
    expect(server.recovered).toEqual([
      "PostgreSQL was still running from an earlier start; it is used again.",
    ]);
    expect(postmasterPid()).toBe(pid);
    await server.release();
    expect(server.isRunning()).toBe(false);
  });

  it("recovers its data when everything was killed", async () => {
    await openAndDie();
    process.kill(postmasterPid(), "SIGKILL");
    await expect.poll(() => runningPostmaster(cluster)).toBe("stale");
    const server = await openEmbedded({ dataFolder });
    expect(server.recovered).toEqual([
      "PostgreSQL had been killed; it was started again and has recovered its data.",
    ]);
    expect(await query(server, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    await server.release();
  });

  it("is not misled by a pid file whose number now belongs to another process", async () => {
    const lines = [process.pid, cluster, 1, 5432, "", "127.0.0.1", 1, "ready"];
    fs.writeFileSync(path.join(cluster, "postmaster.pid"), lines.join("\n"));
    const server = await openEmbedded({ dataFolder });
    expect(await query(server, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    await server.release();
  });

  it("is started again on the same port when it dies under its user", async () => {
    const server = await openEmbedded({ dataFolder });
    process.kill(postmasterPid(), "SIGKILL");
    await expect.poll(() => server.isRunning()).toBe(false);
    expect(await server.keepRunning()).toBe(true);
    expect(await query(server, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    expect(await server.keepRunning()).toBe(false);
    await server.release();
  });

  it("serves many that open it at once", async () => {
    const servers = await Promise.all(Array.from({ length: 5 }, () => openEmbedded({ dataFolder })));
    expect(new Set(servers.map((server) => server.ownerUrl("x"))).size).toBe(1);
    await Promise.all(servers.map((server) => server.release()));
    expect(servers[0]?.isRunning()).toBe(false);
  });

  it("says in a sentence that its password is lost", async () => {
    const file = path.join(dataFolder, "secrets", "postgres-owner");
    const password = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, "wrong\n");
    await expect(openEmbedded({ dataFolder })).rejects.toThrow(/secrets\/postgres-owner does not open/);
    fs.writeFileSync(file, password);
  });
});
