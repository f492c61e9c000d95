import { createHmac } from "node:crypto";
import pg from "pg";
import { type EmbeddedServer, openEmbedded } from "#lib/platform/db/embedded.ts";

const name = "lastgood_sandbox";

export type SandboxDatabase = Pick<EmbeddedServer, "keepRunning" | "release"> & { url: string };

/**
 * The sandbox's own database and role: a customer's, as far as the product knows. It is always on the embedded
 * server, because nothing is created on a PostgreSQL of somebody else for a toy.
 */
export async function openSandboxDatabase(dataFolder: string): Promise<SandboxDatabase> {
  const server = await openEmbedded({ dataFolder });
  try {
    return {
      url: await createSandboxDatabase(server),
      keepRunning: server.keepRunning,
      release: server.release,
    };
  } catch (error) {
    await server.release();
    throw error;
  }
}

async function createSandboxDatabase(server: EmbeddedServer): Promise<string> {
  const ownerUrl = server.ownerUrl("postgres");
  const password = createHmac("sha256", decodeURIComponent(new URL(ownerUrl).password))
    .update(name)
    .digest("base64url");
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows: roles } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [name]);
    if (roles.length === 0)
      await client.query(`CREATE ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    const { rows: databases } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (databases.length === 0) await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
    await client.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
  } finally {
    await client.end();
  }
  const url = new URL(server.ownerUrl(name));
  url.username = name;
  url.password = password;
  return url.href;
}
