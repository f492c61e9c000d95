import { createHmac } from "node:crypto";
import type pg from "pg";

/** The role as which the running product connects. It can add to the record, and never change or remove of it. */
export const appRole = "lastgood_app";

/** Only ever added to. */
const appendOnlyTables = ["event", "event_stream"];

/**
 * The same database as `lastgood_app`. Its password follows from the owner's, so every machine that was given
 * DATABASE_URL arrives at the same one; `spareKey` stands in for an owner without a password.
 */
export function appUrl(ownerUrl: string, spareKey: () => string): string {
  const url = new URL(ownerUrl);
  const ownerPassword = decodeURIComponent(url.password);
  const key = ownerPassword === "" ? spareKey() : ownerPassword;
  url.username = appRole;
  url.password = createHmac("sha256", key).update(appRole).digest("base64url");
  return url.href;
}

/** Whether the role of this connection may make others. */
export async function mayCreateRoles(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    "SELECT rolcreaterole OR rolsuper AS may FROM pg_roles WHERE rolname = current_user",
  );
  return rows[0]?.may === true;
}

/** Makes the role where there is none, and lets it in with the password of `app`. */
export async function createAppRole(client: pg.Client, app: string): Promise<void> {
  const password = client.escapeLiteral(decodeURIComponent(new URL(app).password));
  const { rows } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [appRole]);
  await client.query(
    rows.length === 0
      ? `CREATE ROLE ${appRole} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${password}`
      : `ALTER ROLE ${appRole} LOGIN PASSWORD ${password}`,
  );
}

/** Gives the role exactly what the product needs in the schemas public and dbos. */
export async function grantToAppRole(client: pg.ClientBase): Promise<void> {
  await client.query("BEGIN");
  try {
    for (const statement of grants()) await client.query(statement);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

const grants = (): string[] => [
  `GRANT USAGE ON SCHEMA public TO ${appRole}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${appRole}`,
  `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${appRole}`,
  ...appendOnlyTables.map((table) => `REVOKE UPDATE, DELETE, TRUNCATE ON "${table}" FROM ${appRole}`),
  `REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON "_prisma_migrations" FROM ${appRole}`,
  `GRANT USAGE ON SCHEMA dbos TO ${appRole}`,
  `GRANT ALL ON ALL TABLES IN SCHEMA dbos TO ${appRole}`,
  `GRANT ALL ON ALL SEQUENCES IN SCHEMA dbos TO ${appRole}`,
  `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA dbos TO ${appRole}`,
];
