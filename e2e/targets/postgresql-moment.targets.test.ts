import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { freshProcess } from "#e2e/contract/fresh-process.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { ways } from "#e2e/targets/recovery-ways.ts";
import { makeShop } from "#e2e/targets/shop-database.ts";
import type { Shop } from "#e2e/targets/shop-database.ts";
import type { Restored, Swapped } from "#lib/adapters/postgresql/schema.ts";

for (const way of ways)
  describeWith(`PostgreSQL at a moment, by ${way.by}`, missing(needs), () => {
    let server: PostgresTarget;
    let shop: Shop;
    let moment: string;
    const under = underTest(() => shop.case);
    const one = async (database: string, sql: string): Promise<unknown> =>
      Object.values((await server.query(database, sql))[0] ?? {})[0];

    beforeAll(async () => {
      server = await startPostgres();
      mkdirSync(path.join(server.folder, "base"));
      shop = await makeShop(server, { recovery: way.recovery(server) });
      server.own("base");
      await server.query(
        shop.database,
        "UPDATE customers SET name = 'good ' || id; DELETE FROM orders WHERE id > 2000; UPDATE alembic_version SET version_num = 'a1b2c3'",
      );
      await way.backUp(server);
      await server.query(shop.database, "INSERT INTO orders SELECT n, 1 FROM generate_series(3001, 3007) n");
      await vi.waitFor(
        async () => {
          moment = String(
            await one(
              "postgres",
              `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
            ),
          );
          await under.plan("verify-backup", under.artifacts({ backup: moment }));
        },
        { timeout: 30_000 },
      );
      await server.query(shop.database, "UPDATE customers SET name = 'broken'; DROP TABLE orders");
    });
    afterAll(() => server.stop());

    const at = () => under.artifacts({ backup: moment });
    const run = async (id: string) => under.step(id, (await under.plan(id, at())).desired);

    it("says which backup it begins with, and refuses moments that it cannot reach", async () => {
      const { desired, dataLossFrom, title } = await under.plan("point-in-time", at());
      const { source } = desired as Restored;
      expect(source).toMatchObject({ kind: "cluster", by: way.by, moment });
      expect(Date.parse(dataLossFrom ?? "")).toBe(Date.parse(moment));
      expect(title).toContain(moment);
      const named = (backup: string) => refusal(under.plan("point-in-time", under.artifacts({ backup })));
      expect(await named("2020-01-01T00:00:00Z")).toBe("permanent BACKUP_MISSING");
      expect(await named("2220-01-01T00:00:00Z")).toBe("permanent MOMENT_TO_COME");
      expect(await named("20200101-000000F")).toBe("permanent BACKUP_MISSING");
      const history = await under.history();
      expect(history.map(({ version }) => version)).toContain(source.kind === "cluster" ? source.label : "");
    });

    it("sees that the backup is whole", async () => {
      const { fault, evidence } = await run("verify-backup");
      expect(fault).toBeNull();
      expect(evidence.filter(({ ok }) => !ok)).toEqual([]);
    });

    it("goes back to the moment: beside the running cluster, then in its place, also when it was killed on the way", async () => {
      const { desired } = await under.plan("point-in-time", at());
      const swap = await under.plan("swap-names", at());
      const close = await under.plan("terminate-connections", at());
      const { adapter, settings, secrets, allow } = shop.case;
      const request = { adapter, operation: "point-in-time", settings, secrets, allow, desired };
      const first = freshProcess(request);
      let early = "";
      void first.result.then(
        ({ fault }) => (early = fault?.message ?? "done"),
        () => undefined,
      );
      const pids = () =>
        readdirSync(server.recovery, { recursive: true, encoding: "utf8" }).filter((name) =>
          name.endsWith("postmaster.pid"),
        );
      await expect.poll(() => early || pids().length, { timeout: 60_000, interval: 20 }).toBe(1);
      await first.kill();
      const again = await freshProcess(request).result;
      expect(again.fault).toBeNull();
      expect(again.receipt?.changed).toBe(true);
      expect(readdirSync(server.recovery).filter((name) => name.startsWith("lastgood-"))).toEqual([]);
      expect(readdirSync(shop.dumps)).toEqual([]);
      expect((await under.step("point-in-time", desired)).receipt).toBeNull();
      expect(await one(shop.database, "SELECT to_regclass('orders') IS NULL")).toBe(true);
      expect((await under.step("terminate-connections", close.desired)).fault).toBeNull();
      expect((await under.step("swap-names", swap.desired)).fault).toBeNull();
      expect(await one(shop.database, "SELECT count(*)::int FROM orders")).toBe(2007);
      expect(await one(shop.database, "SELECT count(*)::int FROM customers WHERE name LIKE 'good%'")).toBe(
        500,
      );
      const { oldName } = swap.desired as Swapped;
      expect(await one("postgres", `SELECT datallowconn FROM pg_database WHERE datname = '${oldName}'`)).toBe(
        false,
      );
    });

    // pgBackRest keeps the log itself, out of reach of this.
    if (way.by === "base-backup")
      it("says so when the log does not reach to the moment, and leaves no copy running", async () => {
        const { desired } = await under.plan("point-in-time", { ...at(), rollback: "rb_other" });
        const away = `${server.archive}-away`;
        renameSync(server.archive, away);
        mkdirSync(server.archive);
        server.own("archive");
        const { fault } = await under.step("point-in-time", desired);
        expect(`${fault?.code}: ${fault?.message}`).toMatch(/^(?:MOMENT_NOT_REACHED|LOG_MISSING)/);
        expect(readdirSync(server.recovery).filter((name) => name.startsWith("lastgood-"))).toEqual([]);
        expect(existsSync(away)).toBe(true);
      });
  });
