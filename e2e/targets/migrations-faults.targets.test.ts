import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { orders } from "#e2e/targets/alembic-project.ts";
import { alembicCase, plan, step } from "#e2e/targets/migrations-case.ts";
import type { AlembicCase } from "#e2e/targets/migrations-case.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { startDatabaseServer } from "#e2e/targets/own-database.ts";
import type { DatabaseServer } from "#e2e/targets/own-database.ts";

const reason = missing({ packages: ["alembic", "python3-psycopg2"], programs: ["/usr/bin/alembic"] });

describeWith("Alembic on PostgreSQL, interrupted", reason, () => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startDatabaseServer();
  });
  afterAll(() => server.stop());
  const open = async (options: Parameters<typeof alembicCase>[1] = {}): Promise<AlembicCase> => {
    const one = await alembicCase(server, options);
    onTestFinished(() => one.stop());
    return one;
  };

  describe("when a downgrade fails half-way", () => {
    const failing = orders.map((one) =>
      one.id === "b2_discount"
        ? { ...one, down: ['op.drop_column("orders", "discount")', 'op.execute("SELECT 1/0")'] }
        : one,
    );

    it("in one transaction: nothing was undone, and it says so", async () => {
      const one = await open({ revisions: failing });
      const before = await one.fingerprint();
      const [planned] = await plan(one, "downgrade-to");
      const { fault } = await step(one, "downgrade-to", planned);
      expect(fault).toMatchObject({ kind: "permanent", code: "DOWNGRADE_FAILED" });
      expect(fault?.message).toMatch(/division by zero.*still at c3_index\. Nothing was undone/s);
      expect(await one.fingerprint()).toEqual(before);
    });

    it("with a transaction for each migration: it says where the database is now, and a retry goes on from there", async () => {
      const one = await open({ revisions: failing, environment: ", transaction_per_migration=True" });
      const [planned] = await plan(one, "downgrade-to");
      const { fault } = await step(one, "downgrade-to", planned);
      expect(fault).toMatchObject({ kind: "permanent", code: "DOWNGRADE_INCOMPLETE" });
      expect(fault?.message).toContain("The database is now at b2_discount");
      expect(await one.revisions()).toEqual(["b2_discount"]);
    });

    it("outside of transactions: it says that a part may have been kept", async () => {
      const revisions = orders.map((one) =>
        one.id === "c3_index"
          ? {
              ...one,
              down: [
                "with op.get_context().autocommit_block():",
                '    op.execute("DROP INDEX CONCURRENTLY orders_discount")',
                'op.execute("SELECT 1/0")',
              ],
            }
          : one,
      );
      const one = await open({ revisions });
      const [planned] = await plan(one, "downgrade-to");
      const { fault } = await step(one, "downgrade-to", planned);
      expect(fault?.message).toContain(
        "The downgrade of c3_index does not run as one transaction: a part of it may have been kept.",
      );
      expect(fault?.message).toContain("still at c3_index");
    });
  });

  describe("behind a lock that somebody holds", () => {
    const held = async (one: AlembicCase): Promise<() => Promise<void>> => {
      const client = await server.connect(one.database);
      await client.query(
        "SET application_name = 'a forgotten session'; BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE",
      );
      return () => client.end();
    };

    it("it gives up after the time for locks, says who holds it, and goes on when it is free", async () => {
      const one = await open({ settings: { lockSeconds: 2 } });
      const free = await held(one);
      const [planned] = await plan(one, "downgrade-to");
      const { fault } = await step(one, "downgrade-to", planned);
      expect(fault).toMatchObject({ kind: "transient", code: "LOCKED" });
      expect(fault?.message).toMatch(
        /held by process \d+ of PostgreSQL \(a forgotten session, idle in transaction/,
      );
      expect(await one.revisions()).toEqual(["c3_index"]);
      await free();
      expect((await step(one, "downgrade-to", planned)).fault).toBeNull();
      expect(await one.revisions()).toEqual(["a1_orders"]);
    });

    it("it is ended by its limit, and nothing of it stays at work in the database", async () => {
      const one = await open({ settings: { lockSeconds: 600, timeoutSeconds: 3 } });
      const free = await held(one);
      const [planned] = await plan(one, "downgrade-to");
      const { fault } = await step(one, "downgrade-to", planned);
      expect(fault).toMatchObject({ kind: "permanent", code: "TIMEOUT" });
      expect(fault?.message).toContain("still at c3_index");
      const left = await server.query(
        one.database,
        "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'lastgood %' AND datname = current_database()",
      );
      expect(left).toEqual([]);
      await free();
      expect(await one.revisions()).toEqual(["c3_index"]);
    });
  });
});
