import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient, type Prisma } from "#prisma/client.ts";
import { config } from "#lib/platform/config.ts";
import { sha256 } from "#lib/platform/hash.ts";

/** The client inside a transaction. */
export type Tx = Prisma.TransactionClient;

type Connection = { url: string | undefined; client: PrismaClient | undefined };

declare global {
  // Next bundles its own copy of this module, so the one connection of a process hangs on the global object.
  var lastgoodConnection: Connection | undefined;
}

const connection = (): Connection =>
  (globalThis.lastgoodConnection ??= { url: undefined, client: undefined });

/** The address of the database this process uses. Throws when none was given or chosen. */
export function databaseUrl(): string {
  const url = connection().url ?? config().databaseUrl;
  if (url === undefined)
    throw new Error("No database was chosen: call chooseDatabase(url) or set DATABASE_URL.");
  return url;
}

/** Chooses the database of this process, in place of DATABASE_URL. Closes the client of the one before. */
export async function chooseDatabase(url: string): Promise<void> {
  await closeDatabase();
  connection().url = url;
}

const mostStatements = 400;
const statementNames = new Map<string, string>();

/** Named statements are planned once per connection. Past so many different ones, each is planned every time. */
function statementName(sql: string): string {
  const known = statementNames.get(sql);
  if (known !== undefined) return known;
  if (statementNames.size >= mostStatements) return "";
  const name = `lastgood_${sha256(sql).slice(0, 24)}`;
  statementNames.set(sql, name);
  return name;
}

/** The one database client of this process; connects on first use, with at most ten connections. */
export function db(): PrismaClient {
  const current = connection();
  current.client ??= new PrismaClient({
    adapter: new PrismaPg(
      {
        connectionString: databaseUrl(),
        max: 10,
        connectionTimeoutMillis: 10_000,
        idleTimeoutMillis: 30_000,
        application_name: "lastgood",
      },
      { statementNameGenerator: ({ sql }) => statementName(sql) },
    ),
  });
  return current.client;
}

/** Closes the client, if there is one. The next db() opens another. */
export async function closeDatabase(): Promise<void> {
  const { client } = connection();
  connection().client = undefined;
  await client?.$disconnect();
}
