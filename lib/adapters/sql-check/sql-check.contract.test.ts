import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runStep } from "#e2e/contract/run-step.ts";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { sqlCheck } from "#lib/adapters/sql-check/index.ts";
import { emptyDatabase } from "#lib/platform/db/test-database.ts";

const database = await emptyDatabase();
const url = new URL(database.ownerUrl);
const address = `${url.hostname}:${url.port}`;
const role = `reader_${process.pid}`;
const password = "a/reader's+secret";

beforeAll(async () => {
  await asOwner(`CREATE TABLE agents AS SELECT n AS id, 'agent ' || n AS name FROM generate_series(1, 40) n`);
  await asOwner(`CREATE TABLE agents_before AS SELECT * FROM agents WHERE id <= 39`);
  await asOwner(`CREATE TABLE private AS SELECT 1 AS id`);
  await asOwner(`CREATE ROLE ${role} LOGIN PASSWORD '${password.replaceAll("'", "''")}'`);
  await asOwner(`GRANT SELECT ON agents, agents_before TO ${role}`);
});
afterAll(async () => {
  await asOwner(`DROP OWNED BY ${role}`);
  await asOwner(`DROP ROLE ${role}`);
});

async function asOwner(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
const settings = {
  host: url.hostname,
  port: Number(url.port),
  database: url.pathname.slice(1),
  user: role,
  query: "SELECT count(*) FROM agents",
};
const check = (
  changes: Record<string, unknown>,
  more: { password?: string; allow?: string[]; signal?: AbortSignal } = {},
) =>
  runStep(
    {
      adapter: "sql-check",
      operation: "verify",
      settings: { ...settings, ...("baseline" in changes ? {} : { limit: 40 }), ...changes },
      secrets: { password: more.password ?? password },
      allow: more.allow ?? [address],
      desired: { version: "2.3.0" },
    },
    more.signal,
  );

it("compares a count with a number", async () => {
  const good = await check({});
  expect(good).toMatchObject({ fault: null, evidence: [{ ok: true, detail: "the value is 40, == 40." }] });
  const bad = await check({ limit: 41 });
  expect(bad.fault).toMatchObject({ kind: "transient", code: "CHECK_FAILED" });
  expect(bad.fault?.message).toContain("the value is 40, and not == 41");
});

it("compares it with what another query says, in the same moment", async () => {
  const baseline = { query: "SELECT count(*) FROM agents_before" };
  expect((await check({ comparison: ">=", baseline })).fault).toBeNull();
  expect(
    (await check({ comparison: ">=", baseline: { ...baseline, multiple: 1.1 } })).fault?.message,
  ).toContain("not >= 42.9");
});

it("compares each row, names the worst, and reads a truth as 1 and 0", async () => {
  const query = "SELECT 'table ' || n AS name, n AS value FROM generate_series(1, 30) n;  ";
  expect((await check({ query, comparison: "<=", limit: 30 })).evidence[0]?.detail).toContain(
    "table 30 is 30, <= 30. It is the worst of 30 rows.",
  );
  const bad = await check({ query, comparison: "<", limit: 10 });
  expect(bad.fault?.message).toContain("table 10 is 10; table 11 is 11");
  expect(bad.fault?.message).toContain("and 16 more rows");
  expect((await check({ query: "SELECT true", limit: 1 })).fault).toBeNull();
  expect((await check({ query: "SELECT 1 -- a comment", limit: 1 })).fault).toBeNull();
});

it.each([
  ["no row", "SELECT 1 WHERE false"],
  ["NULL", "SELECT NULL::int"],
  ["a text", "SELECT 'many'"],
  ["no number of all", "SELECT 'NaN'::numeric"],
  ["a text without end", "SELECT repeat('x', 100000000)"],
])("takes %s for unknown, and unknown is not good", async (_what, query) => {
  expect((await check({ query })).fault).toMatchObject({ kind: "transient", code: "NO_DATA" });
});

it.each([
  ["an UPDATE", "UPDATE agents SET name = 'gone'"],
  ["a writing part", "WITH gone AS (DELETE FROM agents RETURNING id) SELECT count(*) FROM gone"],
  ["a second statement", "SELECT 1; DELETE FROM agents"],
  ["an end of the transaction", "SELECT 1) AS x; COMMIT; DELETE FROM agents; SELECT (1"],
  ["a switch to writing", "SELECT 1 WHERE set_config('transaction_read_only', 'off', false) = 'off'"],
  ["a sequence", "SELECT nextval('numbers')"],
  ["a function that writes", "SELECT wipe()"],
])("refuses %s and changes nothing, even as the owner", async (_what, query) => {
  await asOwner("CREATE SEQUENCE IF NOT EXISTS numbers");
  await asOwner(
    "CREATE OR REPLACE FUNCTION wipe() RETURNS int LANGUAGE sql AS 'DELETE FROM agents; SELECT 1'",
  );
  const { fault } = await check(
    { query, user: decodeURIComponent(url.username) },
    { password: decodeURIComponent(url.password) },
  );
  expect(fault?.kind).toBe("permanent");
  expect(["ONLY_READS", "DATABASE_REFUSED"]).toContain(fault?.code);
  expect(await asOwner("SELECT count(*)::int AS count FROM agents WHERE name <> 'gone'")).toEqual([
    { count: 40 },
  ]);
});

it("ends a query that takes too long, and one that is cancelled", async () => {
  const query = "SELECT count(*) FROM pg_sleep(30)";
  expect((await check({ query, timeoutMs: 200 })).fault).toMatchObject({
    kind: "transient",
    code: "TIMEOUT",
  });
  const controller = new AbortController();
  const running = check({ query }, { signal: controller.signal });
  const mine =
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'lastgood-check' AND query LIKE 'FETCH%'";
  await expect.poll(() => asOwner(mine)).toHaveLength(1);
  controller.abort();
  expect((await running).fault).toMatchObject({ kind: "transient", code: "CANCELLED" });
});

it.each([
  ["a wrong password", {}, { password: "wrong-password" }, "permanent", "CREDENTIALS_REFUSED"],
  ["a database that is not there", { database: "nowhere" }, {}, "permanent", "NO_SUCH_DATABASE"],
  [
    "a table that is not there",
    { query: "SELECT count(*) FROM nothing" },
    {},
    "permanent",
    "DATABASE_REFUSED",
  ],
  [
    "a table that it may not read",
    { query: "SELECT count(*) FROM private" },
    {},
    "permanent",
    "PERMISSION_MISSING",
  ],
  ["a server without TLS", { tls: "verify" }, {}, "permanent", "TLS_REFUSED"],
  ["an address that is not allowed", {}, { allow: [] }, "permanent", "ADDRESS_REFUSED"],
  [
    "more rows than are looked at",
    { query: "SELECT generate_series(1, 2000)" },
    {},
    "permanent",
    "TOO_MANY_ROWS",
  ],
  ["nobody who listens", { port: 1 }, { allow: [`${url.hostname}:1`] }, "transient", "DATABASE_UNREACHABLE"],
])("names %s, with advice and without the password", async (_what, changes, more, kind, code) => {
  const { fault } = await check(changes, more);
  expect(fault).toMatchObject({ kind, code });
  expect(fault?.advice.length).toBeGreaterThan(10);
  expect(JSON.stringify(fault)).not.toContain("wrong-password");
});

it("tells the version of the server when a target is looked at", async () => {
  const parsed = sqlCheck.settings.parse({ ...settings, limit: 99 });
  const { ctx } = adapterContext({ settings: parsed, secrets: { password }, allow: [address] });
  const seen = await sqlCheck.inspect?.({ ...ctx, settings: parsed }, "database");
  expect(seen?.evidence).toMatchObject([
    { ok: true, detail: expect.stringContaining("PostgreSQL 1") as string },
  ]);
});
