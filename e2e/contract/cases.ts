import { readFileSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { startBlueGreen } from "#e2e/fixtures/start-blue-green.ts";

const token = 'T0p/secret+"token" 42';

async function temporaryFolder(): Promise<string> {
  return realpath(await mkdtemp(path.join(tmpdir(), "contract-")));
}

/** Inode, times, mode and content of everything in a folder. */
async function folderPrint(folder: string): Promise<Record<string, string>> {
  const print: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort()) {
    const file = path.join(folder, name);
    const { ino, mtimeMs, ctimeMs, mode, uid, gid } = await stat(file);
    print[name] = [ino, mtimeMs, ctimeMs, mode, uid, gid, await readFile(file, "utf8")].join(" ");
  }
  return print;
}

async function blueGreen(): Promise<ContractCase> {
  const server = await startBlueGreen({ token, errorRate: { blue: 0, green: 0 } });
  return {
    adapter: "http-blue-green",
    settings: {
      url: server.url,
      queryPath: "/api/ai/query",
      metricsPath: "/metrics.json",
      settleSeconds: 0.5,
      switchSeconds: 5,
    },
    secrets: { token },
    allow: [server.address],
    request: planRequest(),
    fingerprint: async () => {
      const { rollback, query, flips, active } = await server.counters();
      return { rollback, query, flips, active };
    },
    effects: async () => (await server.counters()).flips,
    wrongSettings: [
      {},
      { url: "ftp://example.com" },
      { url: server.url, unknown: 1 },
      { url: server.url, statusPath: "no-slash" },
      { url: server.url, settleSeconds: -1 },
    ],
    stop: () => server.stop(),
  };
}

async function envFile(): Promise<ContractCase> {
  const folder = await temporaryFolder();
  const file = path.join(folder, "app.env");
  const hook = path.join(folder, "restart.sh");
  const restarts = path.join(folder, "restarts.log");
  await writeFile(file, "MODEL=large\nPASSWORD=new-and-hidden\nONLY_NEW=1\n");
  await chmod(file, 0o640);
  await writeFile(path.join(folder, "app.env.2.3.0"), "MODEL=medium\nPASSWORD=old-and-hidden\nONLY_OLD=1\n");
  await writeFile(hook, `#!/bin/sh\necho restarted >> ${restarts}\n`);
  await chmod(hook, 0o755);
  return {
    adapter: "env-file",
    settings: { path: file, plainKeys: ["MODEL"], restartHook: [hook] },
    secrets: {},
    allow: [],
    request: planRequest(),
    fingerprint: () => folderPrint(folder),
    effects: (operation) => {
      const names = operation === "restart" ? readIfThere(restarts).split("\n").filter(Boolean) : null;
      if (names !== null) return Promise.resolve(names.length);
      return Promise.resolve(readFileSync(file, "utf8").includes("MODEL=medium") ? 1 : 0);
    },
    wrongSettings: [
      {},
      { path: "relative.env" },
      { path: "/a/../b.env" },
      { path: file, backupName: "../{revision}" },
      { path: file, restartHook: ["restart"] },
      { path: file, restartHook: ["/bin/sh", "-c", "echo"] },
      { path: file, plainKeys: ["A B"] },
    ],
    stop: () => rm(folder, { recursive: true }),
  };
}

async function httpCheck(): Promise<ContractCase> {
  const server = await startBlueGreen({ active: "blue" });
  return {
    adapter: "http-check",
    settings: {
      url: `${server.url}/api/ai/query`,
      method: "POST",
      body: { content: "x" },
      json: [{ path: "version", equalsVersion: true }],
      count: 2,
    },
    secrets: { token },
    allow: [server.address],
    request: planRequest(),
    fingerprint: async () => {
      const { rollback, query, flips, active } = await server.counters();
      return { rollback, query, flips, active };
    },
    effects: async () => (await server.counters()).flips,
    wrongSettings: [
      {},
      { url: "file:///etc/passwd" },
      { url: "http://user:password@example.com" },
      { url: server.url, headers: { authorization: "x" } },
      { url: server.url, headers: { "x-a": "a\r\nb" } },
      { url: server.url, method: "DELETE" },
    ],
    stop: () => server.stop(),
  };
}

async function commandCase(): Promise<ContractCase> {
  const folder = await temporaryFolder();
  const script = path.join(folder, "check.mjs");
  await writeFile(
    script,
    `process.stdin.pipe(process.stdout);
     console.log(JSON.stringify(process.env));
     console.error(Buffer.from(process.env.API_TOKEN ?? "").toString("base64"));`,
  );
  return {
    adapter: "command",
    settings: { command: [process.execPath, script], environment: { REGION: "eu" }, workingFolder: folder },
    secrets: { API_TOKEN: token, stdin: "secret on standard input" },
    allow: [],
    request: planRequest(),
    fingerprint: () => folderPrint(folder),
    effects: () => Promise.resolve(0),
    wrongSettings: [
      {},
      { command: [] },
      { command: ["node"] },
      { command: ["/bin/bash", "-lc", "true"] },
      { command: ["/bin/true"], environment: { LD_PRELOAD: "/tmp/x.so" } },
      { command: ["/bin/true"], phase: "execution" },
      { command: ["/bin/true"], workingFolder: "here" },
    ],
    stop: () => rm(folder, { recursive: true }),
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** By adapter id; the suite fails for an adapter of the registry that has none. */
export const contractCases: Record<string, () => Promise<ContractCase>> = {
  "http-blue-green": blueGreen,
  "env-file": envFile,
  "http-check": httpCheck,
  command: commandCase,
};
