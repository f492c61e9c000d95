import { afterAll, beforeAll } from "vitest";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { makeShop } from "#e2e/targets/shop-database.ts";

let server: PostgresTarget;

describeWith("PostgreSQL 15", missing(needs), () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  contractSuite("postgresql", { make: async () => (await makeShop(server)).case }, "dumps");
});
