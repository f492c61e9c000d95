import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { migrate, migrationsIn } from "#lib/platform/db/migrate.ts";
import { withMigrationLock } from "#lib/platform/db/migration-lock.ts";
import { emptyDatabase } from "#lib/platform/db/test-database.ts";

const { ownerUrl } = await emptyDatabase();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-migrations-"));

const write = (name: string, sql: string): void => {
  fs.mkdirSync(path.join(folder, name), { recursive: true });
  fs.writeFileSync(path.join(folder, name, "migration.sql"), sql);
};

async function connected<R>(work: (client: pg.Client) => Promise<R>): Promise<R> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const run = (): Promise<string[]> =>
  connected((client) => withMigrationLock(client, () => migrate(client, migrationsIn(folder))));

const tables = (): Promise<string[]> =>
  connected(async (client) => {
    const { rows } = await client.query<{ tablename: string }>(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
    return rows.map(({ tablename }) => tablename);
  });

beforeEach(async () => {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  await connected((client) => client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("the migration runner", () => {
  it("applies in the order of names, once", async () => {
    write("2_second", "ALTER TABLE one ADD COLUMN b int");
    write("1_first", "CREATE TABLE one (a int)");
    expect(await run()).toEqual(["1_first", "2_second"]);
    expect(await run()).toEqual([]);
    write("3_third", "CREATE TABLE three (a int)");
    expect(await run()).toEqual(["3_third"]);
    expect(await tables()).toEqual(["_prisma_migrations", "one", "three"]);
  });

  it("undoes a migration that fails in its middle, and can go on once it is put right", async () => {
    write("1_first", "CREATE TABLE one (a int)");
    write("2_second", "CREATE TABLE two (a int); SELECT no_such_function()");
    await expect(run()).rejects.toThrow(/2_second failed and was undone/);
    expect(await tables()).toEqual(["_prisma_migrations", "one"]);
    write("2_second", "CREATE TABLE two (a int)");
    expect(await run()).toEqual(["2_second"]);
  });

  it("refuses a migration that was changed after it was applied", async () => {
    write("1_first", "CREATE TABLE one (a int)");
    await run();
    write("1_first", "CREATE TABLE one (a bigint)");
    await expect(run()).rejects.toThrow("The migration 1_first is not the one that was applied");
  });

  it("refuses a database of a newer version", async () => {
    write("1_first", "CREATE TABLE one (a int)");
    write("2_second", "CREATE TABLE two (a int)");
    await run();
    fs.rmSync(path.join(folder, "2_second"), { recursive: true });
    await expect(run()).rejects.toThrow("made by a newer Lastgood (it has the migration 2_second)");
  });

  it("lets one of many that start at once do the work", async () => {
    write("1_first", "CREATE TABLE one (a int)");
    write("2_second", "CREATE TABLE two (a int)");
    const applied = await Promise.all(Array.from({ length: 8 }, run));
    expect(applied.flat().sort()).toEqual(["1_first", "2_second"]);
  });
});
