import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";

const run = promisify(execFile);
export const binaries = "/usr/lib/postgresql/15/bin";
export const needs = {
  packages: ["postgresql-15", "pgbackrest"],
  programs: [`${binaries}/postgres`, "/usr/bin/pgbackrest"],
};

const password = 'T0p/s%cret+"to:k@n" 42';
const role = "keeper";

export type PostgresTarget = {
  folder: string;
  data: string;
  port: number;
  address: string;
  role: string;
  password: string;
  /** Folders of this server that belong to its own user. */
  archive: string;
  pgbackrestConfig: string;
  recovery: string;
  /** Runs a program as the user of the server. */
  asPostgres: (program: string, ...words: string[]) => Promise<string>;
  query: (database: string, sql: string, user?: string) => Promise<Record<string, unknown>[]>;
  connect: (database: string) => Promise<pg.Client>;
  /** Gives a folder of the server to its user. */
  own: (name: string) => void;
  /** Reads its certificate again, and whatever else it reads while it runs. */
  reload: () => Promise<void>;
  stop: () => Promise<void>;
};

/** A PostgreSQL 15 of its own that archives its log, with TLS, and a role that owns databases and is no superuser. */
export async function startPostgres(): Promise<PostgresTarget> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "lastgood-pg-")));
  const [uid, gid] = ["-u", "-g"].map((flag) =>
    Number(execFileSync("/usr/bin/id", [flag, "postgres"], { encoding: "utf8" })),
  ) as [number, number];
  chmodSync(folder, 0o755);
  const own = (name: string): string => {
    const made = path.join(folder, name);
    mkdirSync(made, { mode: 0o700 });
    chownSync(made, uid, gid);
    return made;
  };
  const [data, archive, recovery, repository] = ["data", "archive", "recovery", "repository"].map(own) as [
    string,
    string,
    string,
    string,
  ];
  const port = await freePort();
  const pgbackrestConfig = path.join(folder, "pgbackrest.conf");
  const asPostgres = async (program: string, ...words: string[]): Promise<string> => {
    const { stdout, stderr } = await run("/usr/sbin/runuser", ["-u", "postgres", "--", program, ...words], {
      cwd: "/",
      // Next declares NODE_ENV as always present.
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", TZ: "UTC" } as unknown as NodeJS.ProcessEnv,
    });
    return stdout + stderr;
  };
  writeFileSync(
    pgbackrestConfig,
    `[global]\nrepo1-path=${repository}\nlog-level-file=off\nlock-path=${recovery}\nstart-fast=y\n` +
      `archive-async=n\n[main]\npg1-path=${data}\npg1-port=${port}\npg1-socket-path=${folder}/data\n`,
  );
  await asPostgres(
    `${binaries}/initdb`,
    "-D",
    data,
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--auth-host=scram-sha-256",
    "--auth-local=trust",
  );
  const key = path.join(data, "server.key");
  const certificate = path.join(data, "server.crt");
  await makeCertificate(asPostgres, key, certificate, 30);
  writeFileSync(
    path.join(data, "postgresql.auto.conf"),
    Object.entries({
      listen_addresses: "127.0.0.1",
      port: String(port),
      unix_socket_directories: data,
      fsync: "off",
      shared_buffers: "32MB",
      wal_level: "replica",
      archive_mode: "on",
      archive_command: `test ! -f ${archive}/%f && cp %p ${archive}/%f`,
      ssl: "on",
      timezone: "UTC",
      max_prepared_transactions: "5",
    })
      .map(([name, value]) => `${name} = '${value}'\n`)
      .join(""),
  );
  const control = (...words: string[]) =>
    asPostgres(`${binaries}/pg_ctl`, ...words, "-w", "-s", "-D", data, "-l", `${data}/log`);
  await control("start");
  const connect = async (database: string, user = "postgres"): Promise<pg.Client> => {
    const client = new pg.Client({
      host: user === "postgres" ? data : "127.0.0.1",
      port,
      user,
      database,
      password,
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const query: PostgresTarget["query"] = async (database, sql, user = "postgres") => {
    const client = await connect(database, user);
    try {
      const answer: unknown = await client.query(sql);
      const last = (Array.isArray(answer) ? answer.at(-1) : answer) as pg.QueryResult<
        Record<string, unknown>
      >;
      return last.rows;
    } finally {
      await client.end();
    }
  };
  await query(
    "postgres",
    `CREATE ROLE ${role} LOGIN CREATEDB PASSWORD ${pg.escapeLiteral(password)}; GRANT pg_signal_backend TO ${role};
     CREATE ROLE visitor LOGIN; GRANT EXECUTE ON FUNCTION pg_switch_wal() TO ${role}`,
  );
  return {
    folder,
    data,
    port,
    address: `127.0.0.1:${port}`,
    role,
    password,
    archive,
    pgbackrestConfig,
    recovery,
    asPostgres,
    query,
    connect,
    own: (name) => chownSync(path.join(folder, name), uid, gid),
    reload: async () => {
      await query("postgres", "SELECT pg_reload_conf()");
    },
    stop: async () => {
      if (existsSync(path.join(data, "postmaster.pid"))) await control("stop", "-m", "immediate");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A certificate for `localhost`, signed by itself, that is valid for so many days; fewer than none: it has expired. */
export async function makeCertificate(
  as: PostgresTarget["asPostgres"],
  key: string,
  certificate: string,
  days: number,
): Promise<void> {
  const openssl = (...words: string[]) => as("/usr/bin/openssl", ...words);
  const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
  const request = `${certificate}.request`;
  await openssl(
    ..."req -new -newkey rsa:2048 -nodes -subj /CN=localhost -addext".split(" "),
    names,
    "-keyout",
    key,
    "-out",
    request,
  );
  await openssl(
    "x509",
    "-req",
    "-in",
    request,
    "-signkey",
    key,
    "-copy_extensions",
    "copyall",
    "-days",
    String(days),
    "-out",
    certificate,
  );
  await as("/usr/bin/chmod", "600", key);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
