import pg from "pg";
import { config } from "#lib/platform/config.ts";
import { chooseDatabase, closeDatabase } from "#lib/platform/db/client.ts";
import { type EmbeddedServer, openEmbedded } from "#lib/platform/db/embedded.ts";
import { keptSecret } from "#lib/platform/secrets-file.ts";
import { prepareSchema } from "#lib/processes/prepare-schema.ts";

export type PreparedDatabase = {
  /** As whom the product connects; db() of this process does from now on. */
  url: string;
  /** What was found broken and put right, as sentences. */
  recovered: readonly string[];
  warnings: readonly string[];
  /** Starts the embedded server again if it has died. Answers whether it had to. */
  keepRunning: () => Promise<boolean>;
  /** Done with it: closes db(), and stops the embedded server when nobody else uses it. */
  close: () => Promise<void>;
};

/** Makes the database of this installation ready for use, whatever state it is in. Throws ConfigurationFault. */
export async function prepareDatabase(): Promise<PreparedDatabase> {
  const { databaseUrl, dataFolder } = config();
  const spareKey = (): string => keptSecret(dataFolder, "database-app");
  const server = databaseUrl === undefined ? await openEmbedded({ dataFolder }) : undefined;
  try {
    const ownerUrl = databaseUrl ?? (await productDatabase(server));
    const { url, warning } = await prepareSchema(ownerUrl, spareKey);
    await chooseDatabase(url);
    return {
      url,
      recovered: server?.recovered ?? [],
      warnings: warning === undefined ? [] : [warning],
      keepRunning: async () => (await server?.keepRunning()) ?? false,
      close: async () => {
        await closeDatabase();
        await server?.release();
      },
    };
  } catch (error) {
    await server?.release();
    throw error;
  }
}

const name = "lastgood";

async function productDatabase(server: EmbeddedServer | undefined): Promise<string> {
  if (server === undefined) throw new Error("There is neither a DATABASE_URL nor an embedded server.");
  const client = new pg.Client({ connectionString: server.ownerUrl("postgres") });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rows.length === 0) await client.query(`CREATE DATABASE ${name}`);
  } catch (error) {
    const isMadeMeanwhile =
      error instanceof Error && "code" in error && (error.code === "42P04" || error.code === "23505");
    if (!isMadeMeanwhile) throw error;
  } finally {
    await client.end();
  }
  return server.ownerUrl(name);
}
