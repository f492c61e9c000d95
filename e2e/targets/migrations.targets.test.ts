import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { alembicCase, migrationRequest } from "#e2e/targets/migrations-case.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { startDatabaseServer } from "#e2e/targets/own-database.ts";
import type { DatabaseServer } from "#e2e/targets/own-database.ts";

const reason = missing({ packages: ["alembic", "python3-psycopg2"], programs: ["/usr/bin/alembic"] });

describeWith("Alembic on PostgreSQL", reason, () => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startDatabaseServer();
  });
  afterAll(() => server.stop());

  contractSuite("migrations", { make: (): Promise<ContractCase> => alembicCase(server) }, "alembic");
});
