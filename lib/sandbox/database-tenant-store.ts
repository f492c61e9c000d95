import { Pool } from "pg";
import type { Release } from "./fleet.ts";
import { migrateTo } from "./migrations.ts";
import type { TenantStore } from "./tenant-store.ts";

type TenantRow = { id: string; name: string; segment?: string | null };

/**
 * Tenants in PostgreSQL. The release migrates the database up to its own head, in the background and again until
 * it succeeds, so a version starts and answers (unhealthy) while PostgreSQL is away.
 */
export const databaseTenantStore = (databaseUrl: string, release: Release): TenantStore => {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 2,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 2_000,
    application_name: `sandbox ${release.version}`,
  });
  pool.on("error", (error) => console.error(`database connection lost: ${error.message}`));
  const update = release.readsSegment
    ? "update tenant set questions = questions + 1 where id = $1 returning id, name, segment"
    : "update tenant set questions = questions + 1 where id = $1 returning id, name";
  let isMigrated = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  const migrate = async (): Promise<void> => {
    try {
      await migrateTo(databaseUrl, release.migrationHead);
      isMigrated = true;
    } catch (error) {
      console.error(`database not ready: ${error instanceof Error ? error.message : String(error)}`);
      if (!closed) retry = setTimeout(() => void migrate(), 1_000);
    }
  };
  void migrate();
  return {
    find: async (id) => {
      if (!isMigrated) throw new Error("The database is not migrated yet.");
      const { rows } = await pool.query<TenantRow>(update, [id]);
      const row = rows[0];
      return row ? { id: row.id, name: row.name, segment: row.segment ?? null } : null;
    },
    isReachable: async () => {
      if (!isMigrated) return false;
      try {
        await pool.query("select 1");
        return true;
      } catch (error) {
        console.error(`database unreachable: ${error instanceof Error ? error.message : String(error)}`);
        return false;
      }
    },
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await pool.end();
    },
  };
};
