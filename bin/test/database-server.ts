import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { openEmbedded } from "#lib/platform/db/embedded.ts";
import { migrationsIn } from "#lib/platform/db/migrate.ts";
import { withMigrationLock } from "#lib/platform/db/migration-lock.ts";
import { processIdentity } from "#lib/platform/process-identity.ts";
import { prepareSchema } from "#lib/processes/prepare-schema.ts";
import { root } from "./root.ts";

/** One PostgreSQL for all test runs of this clone, at once or one after the other, with a migrated template. */
export async function openTestServer(): Promise<{
  testServer: { template: string; ownerUrl: string; appUrl: string };
  close: () => Promise<void>;
}> {
  const place = createHash("sha256").update(root).digest("hex").slice(0, 8);
  const dataFolder = path.join(os.tmpdir(), `lastgood-test-${process.getuid?.() ?? "user"}-${place}`);
  const server = await openEmbedded({ dataFolder, isDurable: false });
  const ownerUrl = server.ownerUrl("postgres");
  const template = templateName();
  try {
    const client = new pg.Client({ connectionString: ownerUrl });
    await client.connect();
    try {
      const appUrl = await withMigrationLock(client, () => makeTemplate(client, server.ownerUrl, template));
      return { testServer: { template, ownerUrl, appUrl }, close: () => server.release() };
    } finally {
      await client.end();
    }
  } catch (error) {
    await server.release();
    throw error;
  }
}

/** vitest calls it once per project that needs a database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { testServer, close } = await openTestServer();
  project.provide("testServer", testServer);
  return close;
}

/** Another name for other migrations, so that branches of work do not disturb each other. */
function templateName(): string {
  const hash = createHash("sha256").update(fs.readFileSync(path.join(root, "package-lock.json")));
  for (const { checksum } of migrationsIn(path.join(root, "prisma", "migrations"))) hash.update(checksum);
  return `template_${hash.digest("hex").slice(0, 12)}`;
}

async function makeTemplate(
  client: pg.Client,
  ownerUrl: (database: string) => string,
  template: string,
): Promise<string> {
  const { rows } = await client.query<{ datname: string }>("SELECT datname FROM pg_database");
  for (const { datname } of rows) {
    if (isLeftOver(datname)) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  }
  if (!rows.some(({ datname }) => datname === template)) await client.query(`CREATE DATABASE ${template}`);
  const { url } = await prepareSchema(ownerUrl(template), () => "test");
  return url;
}

/** Of a test process that was killed before it could drop it. */
function isLeftOver(database: string): boolean {
  const pid = /^test_(\d+)_/.exec(database)?.[1];
  return pid !== undefined && processIdentity(Number(pid)) === undefined;
}
