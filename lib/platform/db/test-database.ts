import { randomBytes } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { afterAll, inject } from "vitest";
import { PrismaClient } from "#prisma/client.ts";
import { chooseDatabase, closeDatabase } from "#lib/platform/db/client.ts";

declare module "vitest" {
  // Declaration merging needs an interface.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface ProvidedContext {
    testServer: { template: string; ownerUrl: string; appUrl: string };
  }
}

export type TestDatabase = {
  /** As the running product connects: it cannot change the record. */
  url: string;
  /** As the owner of everything, for tests that tamper. */
  ownerUrl: string;
  /** Of `url`. */
  client: PrismaClient;
};

/**
 * A database of its own for one test file, cloned from the migrated template and dropped after the file's last test.
 * db() uses it too. Call it once, at the top of the file: `const database = await testDatabase();`
 */
export async function testDatabase(): Promise<TestDatabase> {
  const { template, ownerUrl, appUrl } = inject("testServer");
  const name = newName();
  await asOwner(ownerUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = withDatabase(appUrl, name);
  await chooseDatabase(url);
  const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 5 }) });
  afterAll(async () => {
    await client.$disconnect();
    await closeDatabase();
    await asOwner(ownerUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
  return { url, ownerUrl: withDatabase(ownerUrl, name), client };
}

/** A database without any table, for tests of the migrations themselves. Dropped as `testDatabase`. */
export async function emptyDatabase(): Promise<{ ownerUrl: string }> {
  const { ownerUrl } = inject("testServer");
  const name = newName();
  await asOwner(ownerUrl, `CREATE DATABASE ${name}`);
  afterAll(() => asOwner(ownerUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  return { ownerUrl: withDatabase(ownerUrl, name) };
}

/** Names its process, so that the next run can tell what was left behind. */
const newName = (): string => `test_${process.pid}_${randomBytes(6).toString("hex")}`;

function withDatabase(url: string, name: string): string {
  const result = new URL(url);
  result.pathname = `/${name}`;
  return result.href;
}

async function asOwner(ownerUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
