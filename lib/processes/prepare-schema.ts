import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { z } from "zod";
import { migrateEngine } from "#lib/engine/schema.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { appRole, appUrl, createAppRole, grantToAppRole, mayCreateRoles } from "#lib/platform/db/app-role.ts";
import { databaseFault, oldestPostgres } from "#lib/platform/db/database-fault.ts";
import { migrate, type Migration, migrationsIn } from "#lib/platform/db/migrate.ts";
import { withMigrationLock } from "#lib/platform/db/migration-lock.ts";

export type PreparedSchema = {
  /** As whom the running product connects. */
  url: string;
  applied: string[];
  warning: string | undefined;
};

const root = path.resolve(import.meta.dirname, "..", "..");

/**
 * Brings the schema of product and engine up to date and answers with the address to use: that of `lastgood_app`,
 * where it can be made. Safe to run anywhere, any time, many at once. Throws ConfigurationFault.
 */
export async function prepareSchema(ownerUrl: string, spareKey: () => string): Promise<PreparedSchema> {
  const migrations = migrationsIn(path.join(root, "prisma", "migrations"));
  const mark = markOf(migrations);
  const isApp = new URL(ownerUrl).username === appRole;
  const app = isApp ? ownerUrl : appUrl(ownerUrl, spareKey);
  if (await isMarked(app, mark)) return { url: app, applied: [], warning: undefined };

  const client = await connect(ownerUrl);
  try {
    return await withMigrationLock(client, async () => {
      const applied = await migrate(client, migrations);
      await migrateEngine(ownerUrl);
      const hasRole = !isApp && (await mayCreateRoles(client));
      if (hasRole) {
        await createAppRole(client, app);
        await grantToAppRole(client);
      }
      // Last, because it says that everything before it is done.
      await client.query(`COMMENT ON SCHEMA dbos IS ${client.escapeLiteral(mark)}`);
      if (hasRole) return { url: app, applied, warning: undefined };
      return { url: ownerUrl, applied, warning: sameRoleWarning(ownerUrl) };
    });
  } catch (error) {
    if (error instanceof ConfigurationFault || !isConnectionOrRight(error)) throw error;
    throw databaseFault(ownerUrl, error);
  } finally {
    await client.end();
  }
}

const sameRoleWarning = (url: string): string =>
  `"${decodeURIComponent(new URL(url).username)}" may not create roles, so the product runs as the owner of its tables; ` +
  `only triggers then keep the record from being changed. Give it CREATEROLE for one start to get the role ${appRole}.`;

/** Changes with the migrations and with the engine's version. */
function markOf(migrations: readonly Migration[]): string {
  const { dependencies } = z
    .object({ dependencies: z.object({ "@dbos-inc/dbos-sdk": z.string() }) })
    .parse(JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")));
  const all = migrations.map(({ name, checksum }) => `${name} ${checksum}`).join("\n");
  const digest = createHash("sha256").update(all).digest("hex").slice(0, 16);
  return `lastgood ${digest}, engine ${dependencies["@dbos-inc/dbos-sdk"]}`;
}

/** False as well when this role cannot connect, or not yet: then the owner finds out why. */
async function isMarked(url: string, mark: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ mark: string | null }>(
      "SELECT obj_description(to_regnamespace('dbos')::oid, 'pg_namespace') AS mark",
    );
    return rows[0]?.mark === mark;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  const end = Date.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    try {
      await client.connect();
      const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
      const version = rows[0]?.server_version ?? "0";
      if (Number.parseInt(version, 10) >= oldestPostgres) return client;
      await client.end();
      throw new ConfigurationFault(
        `The database is PostgreSQL ${version}, but Lastgood needs ${oldestPostgres} or newer.`,
      );
    } catch (error) {
      if (error instanceof ConfigurationFault) throw error;
      await client.end();
      const isStarting = error instanceof Error && "code" in error && error.code === "57P03";
      if (!isStarting || Date.now() > end) throw databaseFault(url, error);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

const isConnectionOrRight = (error: unknown): boolean => {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ("code" in current && (current.code === "42501" || current.code === "ECONNREFUSED")) return true;
  }
  return false;
};
