import pg from "pg";
import { beforeAll } from "vitest";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { emptyDatabase } from "#lib/platform/db/test-database.ts";

const database = await emptyDatabase();
const url = new URL(database.ownerUrl);
const place = {
  host: url.hostname,
  port: Number(url.port),
  database: url.pathname.slice(1),
  user: decodeURIComponent(url.username),
};

beforeAll(async () => {
  await asOwner("CREATE TABLE agents AS SELECT n AS id FROM generate_series(1, 40) n");
});

contractSuite("sql-check", { make: sqlCheck });

function sqlCheck(): Promise<ContractCase> {
  const query = "SELECT 'agents' AS what, count(*) FROM agents";
  return Promise.resolve({
    adapter: "sql-check",
    settings: { ...place, query, comparison: ">=", limit: 40 },
    secrets: { password: decodeURIComponent(url.password) },
    allow: [`${place.host}:${place.port}`],
    request: planRequest(),
    fingerprint: async () =>
      (await asOwner("SELECT count(*)::int AS count FROM agents"))[0]?.["count"] as number,
    effects: () => Promise.resolve(0),
    wrongSettings: [
      {},
      { ...place, query },
      { ...place, query, limit: 1, baseline: { query } },
      { ...place, query, limit: 1, port: 0 },
      { ...place, query, limit: 1, tls: "maybe" },
      { ...place, query: "", limit: 1 },
    ],
    stop: () => Promise.resolve(),
  });
}

async function asOwner(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
