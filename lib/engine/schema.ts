import { migrateSystemDatabase } from "@dbos-inc/dbos-sdk/internal/system_database";
import { GlobalLogger } from "@dbos-inc/dbos-sdk/internal/telemetry/logs";

/**
 * Makes or updates the tables of the durable engine, in the schema `dbos` of the same database. `url` is the owner's.
 * Two at once would disturb each other: the caller holds the migration lock.
 */
export async function migrateEngine(url: string): Promise<void> {
  const logger = new GlobalLogger(undefined, { logLevel: "error" });
  try {
    await migrateSystemDatabase(url, logger, "dbos");
  } finally {
    await logger.destroy();
  }
}
