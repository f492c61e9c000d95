import pg from "pg";
import { describe, expect, it } from "vitest";
import { emptyDatabase } from "#lib/platform/db/test-database.ts";
import { prepareSchema } from "#lib/processes/prepare-schema.ts";

const { ownerUrl } = await emptyDatabase();

async function refusal(url: string, statement: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
    return "allowed";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  } finally {
    await client.end();
  }
}

describe("preparing a database", () => {
  it("is done once by many that start at once, and costs nothing afterwards", async () => {
    const prepared = await Promise.all(
      Array.from({ length: 4 }, () => prepareSchema(ownerUrl, () => "test")),
    );
    expect(new Set(prepared.map(({ url }) => url)).size).toBe(1);
    expect(prepared.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    expect(await prepareSchema(ownerUrl, () => "test")).toMatchObject({ applied: [], warning: undefined });
  });

  it("lets the product add to the record and never change or remove", async () => {
    const { url } = await prepareSchema(ownerUrl, () => "test");
    for (const table of ["event", "event_stream"]) {
      expect(await refusal(url, `SELECT * FROM ${table}`)).toBe("allowed");
      expect(await refusal(url, `UPDATE ${table} SET position = 1`)).toMatch(/permission denied/);
      expect(await refusal(url, `DELETE FROM ${table}`)).toMatch(/permission denied/);
      expect(await refusal(url, `TRUNCATE ${table}`)).toMatch(/permission denied/);
      expect(await refusal(url, `DROP TABLE ${table}`)).toMatch(/must be owner/);
      expect(await refusal(url, `ALTER TABLE ${table} DISABLE TRIGGER ALL`)).toMatch(/must be owner/);
    }
    expect(await refusal(url, `DELETE FROM _prisma_migrations`)).toMatch(/permission denied/);
    expect(await refusal(url, "DELETE FROM service")).toBe("allowed");
    expect(await refusal(url, "DELETE FROM dbos.workflow_status")).toBe("allowed");
    expect(await refusal(url, "CREATE TABLE more (a int)")).toMatch(/permission denied/);
  });

  it("is not needed by a process that was given the product's own address", async () => {
    const { url } = await prepareSchema(ownerUrl, () => "test");
    expect(await prepareSchema(url, () => "test")).toEqual({ url, applied: [], warning: undefined });
  });

  it("says in a sentence why a database cannot be used, without the password", async () => {
    const at = (change: (url: URL) => void): string => {
      const url = new URL(ownerUrl);
      change(url);
      return url.href;
    };
    const why = (url: string): Promise<string> =>
      prepareSchema(url, () => "test").then(
        () => "usable",
        (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : ""),
      );
    expect(await why(at((url) => (url.port = "1")))).toMatch(
      /^ConfigurationFault: The database at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/,
    );
    expect(await why(at((url) => (url.password = "hunter2")))).toMatch(
      /refuses the password of "lastgood_owner"/,
    );
    expect(await why(at((url) => (url.pathname = "/nowhere")))).toMatch(/has no database "nowhere"/);
    expect(await why(at((url) => (url.password = "hunter2")))).not.toContain("hunter2");
  });

  it("goes on as the owner, with a warning, where no role can be made", async () => {
    const { hostname, port, pathname } = new URL(ownerUrl);
    const database = pathname.slice(1);
    await refusal(ownerUrl, `CREATE ROLE plain_${database} LOGIN PASSWORD 'plain'`);
    await refusal(ownerUrl, `DROP SCHEMA dbos CASCADE; DROP SCHEMA public CASCADE`);
    await refusal(ownerUrl, `ALTER DATABASE ${database} OWNER TO plain_${database}`);
    await refusal(ownerUrl, `CREATE SCHEMA public AUTHORIZATION plain_${database}`);
    const plain = `postgresql://plain_${database}:plain@${hostname}:${port}/${database}`;
    const { url, warning } = await prepareSchema(plain, () => "test");
    expect(url).toBe(plain);
    expect(warning).toMatch(/may not create roles/);
    await refusal(url, "INSERT INTO event_stream VALUES ('s', 1, 1)");
    expect(await refusal(url, "DELETE FROM event_stream")).not.toBe("allowed");
    await refusal(ownerUrl, `REASSIGN OWNED BY plain_${database} TO lastgood_owner`);
    await refusal(ownerUrl, `DROP ROLE plain_${database}`);
  });
});
