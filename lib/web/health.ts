import path from "node:path";
import { migrationsIn } from "#lib/platform/db/migrate.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Log } from "#lib/platform/log.ts";

export type Readiness = { ready: boolean; checks: { name: string; ok: boolean }[] };

const migrations = path.resolve(import.meta.dirname, "..", "..", "prisma", "migrations");

/** Whether requests can be served: the database answers and carries every migration of this version. Never throws. */
export async function readiness(log: Log): Promise<Readiness> {
  const database = await holds(log, "the database does not answer", async () => {
    await db().$queryRaw`SELECT 1`;
    return true;
  });
  const schema = database && (await holds(log, "the schema cannot be looked at", isMigrated));
  return {
    ready: database && schema,
    checks: [
      { name: "database", ok: database },
      { name: "migrations", ok: schema },
    ],
  };
}

async function isMigrated(): Promise<boolean> {
  const rows = await db().$queryRaw<{ migration_name: string }[]>`
    SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
  const applied = new Set(rows.map((row) => row.migration_name));
  return migrationsIn(migrations).every((migration) => applied.has(migration.name));
}

async function holds(log: Log, sentence: string, question: () => Promise<boolean>): Promise<boolean> {
  try {
    return await question();
  } catch (error) {
    log.warn({ err: error }, sentence);
    return false;
  }
}
