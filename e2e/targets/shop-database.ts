import { mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { binaries } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import type { Json, JsonObject } from "#lib/domain/json.ts";

export type Shop = {
  database: string;
  backups: string;
  dumps: string;
  /** Name of the backup of the good version, and its path. */
  backup: string;
  file: string;
  settings: JsonObject;
  case: ContractCase;
};

let nth = 0;

/** A shop's database: a good version that was backed up, and a bad release that spoiled it afterwards. */
export async function makeShop(server: PostgresTarget, more: JsonObject = {}): Promise<Shop> {
  const database = `shop${++nth}`;
  const [backups, dumps] = ["backups", "dumps"].map((name) => {
    const made = path.join(server.folder, `${database}-${name}`);
    mkdirSync(made);
    return made;
  }) as [string, string];
  await server.query("postgres", `CREATE DATABASE ${database} OWNER ${server.role}`);
  await server.query(
    database,
    `SET ROLE ${server.role};
     CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
     CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, created_at timestamptz NOT NULL DEFAULT now());
     CREATE TABLE alembic_version (version_num text PRIMARY KEY);
     INSERT INTO alembic_version VALUES ('a1b2c3');
     INSERT INTO customers SELECT n, 'good ' || n FROM generate_series(1, 500) n;
     INSERT INTO orders SELECT n, 1 + n % 500, now() - interval '1 hour' FROM generate_series(1, 2000) n`,
  );
  await server.query(
    "postgres",
    `COMMENT ON DATABASE ${database} IS 'The shop'; ALTER DATABASE ${database} SET search_path TO "$user", public, shop;
     ALTER DATABASE ${database} SET work_mem TO '8MB'; REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC;
     GRANT CONNECT ON DATABASE ${database} TO visitor`,
  );
  const backup = "2.3.0.dump";
  const file = path.join(backups, backup);
  dumpWith(server, database, file);
  await server.query(
    database,
    `UPDATE customers SET name = 'broken'; INSERT INTO orders SELECT n, 1, now() + interval '1 s' FROM generate_series(2001, 2010) n;
     UPDATE alembic_version SET version_num = 'd4e5f6'`,
  );
  const settings: JsonObject = {
    host: "127.0.0.1",
    port: server.port,
    user: server.role,
    database,
    backupFolder: backups,
    dumpFolder: dumps,
    tls: { mode: "verify-full", caFile: path.join(server.folder, "data", "server.crt") },
    toolFolder: binaries,
    createdColumns: { orders: "created_at" },
    countTables: ["customers", "orders"],
    integrity: [
      {
        name: "Orders without a customer",
        sql: "SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.id IS NULL",
      },
      { name: "Customers", sql: "SELECT count(*) FROM customers", equals: 500 },
    ],
    ...more,
  };
  const request = planRequest();
  return {
    database,
    backups,
    dumps,
    backup,
    file,
    settings,
    case: {
      adapter: "postgresql",
      settings,
      secrets: { password: server.password },
      allow: [server.address],
      request: {
        ...request,
        component: "database",
        to: { ...request.to, artifacts: { ...request.to.artifacts, backup, migrationHead: "a1b2c3" } },
      },
      fingerprint: () => print(server, database, [backups, dumps]),
      effects: (operation) => effects(server, database, dumps, operation),
      wrongSettings: [
        {},
        { ...settings, database: "postgres" },
        { ...settings, database: "shop; DROP" },
        { ...settings, database: "host=elsewhere" },
        { ...settings, dumpFolder: backups },
        { ...settings, dumpFolder: path.join(backups, "own") },
        { ...settings, dumpFolder: "dumps" },
        { ...settings, host: "db/../x" },
        { ...settings, createdColumns: { "orders; DROP TABLE x": "created_at" } },
        { ...settings, backupTimeZone: "Europe/Nowhere" },
        { ...settings, recovery: { by: "hope", folder: "/x" } },
        { ...settings, unknown: 1 },
      ],
      stop: () => dropAll(server, database),
    },
  };
}

/** As an operator takes backups. */
export function dumpWith(server: PostgresTarget, database: string, file: string): void {
  execFileSync(`${binaries}/pg_dump`, ["-Fc", "-f", file, database], {
    env: {
      PGHOST: "127.0.0.1",
      PGPORT: String(server.port),
      PGUSER: server.role,
      PGPASSWORD: server.password,
      TZ: "UTC",
    } as unknown as NodeJS.ProcessEnv,
  });
}

const ofShop = (database: string): string => `datname = '${database}' OR datname LIKE '${database}\\_%'`;

async function print(server: PostgresTarget, database: string, folders: string[]): Promise<Json> {
  const rows = await server.query(
    "postgres",
    `SELECT oid::text, datname, datallowconn, shobj_description(oid, 'pg_database') AS comment, datacl::text
     FROM pg_database WHERE ${ofShop(database)} ORDER BY oid`,
  );
  const files = folders.flatMap((folder) =>
    readdirSync(folder).map((name) => {
      const { ino, mtimeMs, size } = statSync(path.join(folder, name));
      return [name, ino, mtimeMs, size].join(" ");
    }),
  );
  return JSON.parse(JSON.stringify({ rows, files })) as Json;
}

async function effects(
  server: PostgresTarget,
  database: string,
  dumps: string,
  operation: string,
): Promise<number> {
  const count = async (where: string): Promise<number> => {
    const [row] = await server.query(
      "postgres",
      `SELECT count(*)::int AS count FROM pg_database WHERE ${where}`,
    );
    return Number(row?.["count"]);
  };
  switch (operation) {
    case "emergency-dump":
      return readdirSync(dumps).filter((name) => name.endsWith(".dump")).length;
    case "terminate-connections":
      return count(`datname LIKE '${database}%' AND NOT datallowconn`);
    case "swap-names":
      return count(`datname LIKE '${database}\\_before\\_%'`);
    default:
      return count(
        `datname LIKE '${database}%' AND shobj_description(oid, 'pg_database') LIKE '%"role":"restored","state":"complete"%'`,
      ).then(async (marked) => marked || count(`datname LIKE '${database}\\_restored\\_%'`));
  }
}

export async function dropAll(server: PostgresTarget, database: string): Promise<void> {
  const rows = await server.query("postgres", `SELECT datname FROM pg_database WHERE ${ofShop(database)}`);
  for (const { datname } of rows)
    await server.query("postgres", `DROP DATABASE "${String(datname)}" WITH (FORCE)`);
}
