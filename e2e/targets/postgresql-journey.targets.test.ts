import { afterAll, beforeAll, expect, it } from "vitest";
import { runStep } from "#e2e/contract/run-step.ts";
import {
  finishedSteps,
  followJourney,
  killAtIntent,
  plannedSteps,
  prepareJourney,
  procedureSteps,
  startJourney,
} from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { makeShop } from "#e2e/targets/shop-database.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const secret = "LASTGOOD_SECRET_SHOP_DATABASE";

const database = await testDatabase();

describeWith("PostgreSQL rolled back through the product", missing(needs), () => {
  const pool = workerPool(
    () => database.url,
    () => database.client,
    2,
  );
  let server: PostgresTarget;
  beforeAll(async () => {
    server = await startPostgres();
    process.env[secret] = server.password;
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await server.stop();
  });

  it.each([
    {
      playbook: "v2-platform",
      procedure: "database-restore",
      killedAt: "restore-new",
      named: [
        "validation database verify-backup",
        "execution database emergency-dump",
        "execution database terminate-connections",
        "execution database restore-new",
        "execution database swap-names",
        "verification database check-integrity",
        "verification database count-rows",
        "verification database current",
      ],
    },
    {
      playbook: "ai-agents-platform",
      procedure: "migration-restore",
      killedAt: "swap-names",
      named: [
        "validation database verify-backup",
        "execution database emergency-dump",
        "execution database restore-new",
        "execution database terminate-connections",
        "execution database swap-names",
        "verification database check-integrity",
        "verification database count-rows",
        "verification database current",
      ],
    },
  ])(
    "has version 1's rows again by $playbook $procedure, with the worker killed at $killedAt",
    async ({ playbook, procedure, killedAt, named }) => {
      const shop = await makeShop(server);
      const { client } = database;
      const secrets = { password: `env:${secret}` };
      const journey = {
        playbook,
        procedure,
        place: {
          allow: shop.case.allow,
          targets: [
            { component: "database" as const, adapter: "postgresql", settings: shop.settings, secrets },
          ],
        },
        good: { version: "2.3.0", hoursAgo: 24, backup: shop.backup, migrationHead: "a1b2c3" },
        bad: { version: "2.4.0", hoursAgo: 1, migrationHead: "d4e5f6" },
      };
      const prepared = await prepareJourney(client, journey);
      expect(prepared.plan.dataLoss?.phrase).toBe("CONFIRM DATA LOSS");
      expect(JSON.stringify(prepared.plan.notReverted)).toContain("10 newer rows of orders");
      await startJourney(client, prepared);
      await killAtIntent(client, pool, prepared.id, [killedAt]);
      const end = await followJourney(client, prepared);

      expect(end.state).toBe("monitoring");
      expect(end.takenOver).toHaveLength(1);
      const good = "SELECT count(*)::int AS good FROM customers WHERE name LIKE 'good%'";
      expect(await server.query(shop.database, good)).toEqual([{ good: 500 }]);
      const head = await server.query(shop.database, "SELECT version_num FROM alembic_version");
      expect(head).toEqual([{ version_num: "a1b2c3" }]);
      const databases = await server.query(
        "postgres",
        `SELECT datname FROM pg_database WHERE datname LIKE '${shop.database}%' ORDER BY 1`,
      );
      const kept = `${shop.database}_before_${prepared.id.toLowerCase()}`;
      expect(databases.map(({ datname }) => datname)).toEqual([shop.database, kept]);
      expect(JSON.stringify(end.events)).toContain(kept);
      expect(JSON.stringify(end.events)).not.toContain(server.password);

      expect(plannedSteps(prepared)).toEqual(named);
      expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
      const asWritten = await procedureSteps(journey, ["database"]);
      const fromTheAdapter = asWritten.filter((step) => named.includes(step));
      expect(named.filter((step) => fromTheAdapter.includes(step))).toEqual(fromTheAdapter);

      const before = await shop.case.fingerprint();
      for (const step of prepared.plan.phases.flatMap(({ steps }) => steps)) {
        const { operation, desired } = step;
        const { adapter, settings, allow } = shop.case;
        const again = { adapter, operation, settings, secrets: shop.case.secrets, allow, desired };
        if (step.mutating)
          expect(await runStep(again), operation).toMatchObject({ fault: null, receipt: null });
      }
      expect(await shop.case.fingerprint()).toEqual(before);
    },
  );
});
