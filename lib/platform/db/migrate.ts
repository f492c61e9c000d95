import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type pg from "pg";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";

export type Migration = { name: string; sql: string; checksum: string };

/** The migrations in a folder laid out as Prisma's: `<name>/migration.sql`, in the order of their names. */
export function migrationsIn(folder: string): Migration[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && fs.existsSync(path.join(folder, entry.name, "migration.sql")))
    .map(({ name }) => {
      const content = fs.readFileSync(path.join(folder, name, "migration.sql"));
      return {
        name,
        sql: content.toString("utf8"),
        checksum: createHash("sha256").update(content).digest("hex"),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Those not yet applied. Throws ConfigurationFault when the database and the migrations contradict each other. */
async function pendingMigrations(
  client: pg.ClientBase,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const applied = await appliedMigrations(client);
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = [...applied.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new ConfigurationFault(
      `The database was made by a newer Lastgood (it has the migration ${unknown}); update this one.`,
    );
  }
  const pending: Migration[] = [];
  for (const migration of migrations) {
    const checksum = applied.get(migration.name);
    if (checksum === undefined) pending.push(migration);
    else if (checksum !== migration.checksum) {
      throw new ConfigurationFault(
        `The migration ${migration.name} is not the one that was applied to the database; restore the file.`,
      );
    }
  }
  return pending;
}

/**
 * Applies what is pending, each in a transaction of its own, and records it as Prisma would. The caller holds the
 * migration lock. Returns the names of what was applied.
 */
export async function migrate(client: pg.ClientBase, migrations: readonly Migration[]): Promise<string[]> {
  await client.query(migrationTable);
  const pending = await pendingMigrations(client, migrations);
  for (const { name, sql, checksum } of pending) {
    await client.query("BEGIN");
    try {
      await client.query(sql);
      await client.query(
        `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
         VALUES ($1, $2, $3, clock_timestamp(), 1)`,
        [randomUUID(), checksum, name],
      );
      await client.query("COMMIT");
    } catch (error) {
      await client.query("ROLLBACK");
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`The migration ${name} failed and was undone: ${reason}`, { cause: error });
    }
  }
  return pending.map(({ name }) => name);
}

async function appliedMigrations(client: pg.ClientBase): Promise<Map<string, string>> {
  const { rows: found } = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS exists`,
  );
  if (found[0]?.exists !== true) return new Map();
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    `SELECT migration_name, checksum FROM "_prisma_migrations"
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

/** As Prisma's own tools create it. */
const migrationTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;
