import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { openEmbedded } from "#lib/platform/db/embedded.ts";

/** A PostgreSQL server of its own, and databases in it, whose owner is no superuser. */
export type DatabaseServer = {
  host: string;
  port: number;
  user: string;
  password: string;
  create: (name: string) => Promise<void>;
  query: (database: string, sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  /** A connection of its own, for locks that are held; `end` it. */
  connect: (database: string) => Promise<pg.Client>;
  /** As a project's environment has it. */
  url: (database: string) => string;
  stop: () => Promise<void>;
};

const user = "agents";
const password = 'T0p/s%cret+"to:k@n" 42';

export async function startDatabaseServer(): Promise<DatabaseServer> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), "lastgood-migrations-"));
  const server = await openEmbedded({ dataFolder, isDurable: false });
  const { hostname: host, port } = new URL(server.ownerUrl("postgres"));
  const connectAs = async (connectionString: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const url = (database: string): string =>
    `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  const owner = await connectAs(server.ownerUrl("postgres"));
  await owner.query(`CREATE ROLE ${user} LOGIN PASSWORD ${owner.escapeLiteral(password)}`);
  return {
    host,
    port: Number(port),
    user,
    password,
    url,
    create: async (name) => {
      await owner.query(`CREATE DATABASE ${name} OWNER ${user}`);
    },
    query: async (database, sql, values = []) => {
      const client = await connectAs(url(database));
      try {
        return (await client.query<Record<string, unknown>>(sql, values)).rows;
      } finally {
        await client.end();
      }
    },
    connect: (database) => connectAs(url(database)),
    stop: async () => {
      await owner.end();
      await server.release();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
