import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { underTest } from "#e2e/contract/adapter-under-test.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { dropAll, dumpWith, makeShop } from "#e2e/targets/shop-database.ts";
import type { Shop } from "#e2e/targets/shop-database.ts";

const mount = (folder: string, options: string): void => {
  execFileSync("/usr/bin/mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
};
const unmount = (folder: string): void => {
  execFileSync("/usr/bin/umount", [folder]);
};

describeWith("PostgreSQL, as a disk fills while it works", missing(needs), () => {
  let server: PostgresTarget;
  let shop: Shop;
  const under = underTest(() => shop.case);
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    shop = await makeShop(server);
  });
  afterEach(() => shop.case.stop());

  it("ends a dump in its middle, leaves no part of it, and makes it whole once there is room", async () => {
    const dumpFolder = path.join(server.folder, `${shop.database}-filling`);
    mkdirSync(dumpFolder);
    mount(dumpFolder, "size=32m");
    try {
      shop.case = { ...shop.case, settings: { ...shop.case.settings, dumpFolder } };
      // pg_dump locks it, and nothing that looks for room does.
      await server.query(
        shop.database,
        `SET ROLE ${server.role}; CREATE TABLE events (id int) PARTITION BY RANGE (id)`,
      );
      const { desired } = await under.plan("emergency-dump");
      const holder = await server.connect(shop.database);
      await holder.query("BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE");
      const filler = path.join(dumpFolder, "somebody-else.log");
      const first = under.step("emergency-dump", desired);
      await expect.poll(() => waiting(), { timeout: 60_000 }).toBe(1);
      fillUp(filler);
      await holder.query("COMMIT");
      await holder.end();
      const { fault, receipt } = await first;
      expect(fault).toMatchObject({ kind: "permanent", code: "DISK_FULL" });
      expect(fault?.message).toContain("No space left");
      expect(fault?.advice).toContain("What was begun is removed");
      expect(receipt).toBeNull();
      expect(readdirSync(dumpFolder)).toEqual(["somebody-else.log"]);
      rmSync(filler);
      const again = await under.step("emergency-dump", desired, "unknown");
      expect(again).toMatchObject({ fault: null, receipt: { changed: true } });
      expect(again.evidence.every(({ ok }) => ok)).toBe(true);
      expect(readdirSync(dumpFolder).filter((name) => name.includes("partial"))).toEqual([]);
    } finally {
      unmount(dumpFolder);
    }
  });

  it("ends a restore in its middle, takes the part away, leaves the database that serves alone, and restores once there is room", async () => {
    const small = path.join(server.folder, "small");
    mkdirSync(small);
    mount(small, "size=23m");
    server.own("small");
    try {
      await server.query(
        shop.database,
        `SET ROLE ${server.role}; CREATE TABLE photos (id int PRIMARY KEY, data bytea NOT NULL);
         ALTER TABLE photos ALTER data SET STORAGE EXTERNAL;
         INSERT INTO photos SELECT n, (SELECT string_agg(decode(md5(random()::text || n || m), 'hex'), '') FROM generate_series(1, 6250) m) FROM generate_series(1, 80) n`,
      );
      dumpWith(server, shop.database, shop.file);
      await server.query("postgres", `CREATE TABLESPACE small LOCATION '${small}'`);
      await server.query("postgres", `GRANT CREATE ON TABLESPACE small TO ${server.role}`);
      await server.query("postgres", `ALTER DATABASE ${shop.database} SET TABLESPACE small`);
      const { desired } = await under.plan("restore-new");
      const { fault, receipt } = await under.step("restore-new", desired);
      expect(fault).toMatchObject({ kind: "permanent", code: "DISK_FULL" });
      expect(fault?.message).toContain("No space left on device");
      expect(fault?.advice).toContain("What was begun is removed");
      expect(receipt).toBeNull();
      const names = `SELECT datname FROM pg_database WHERE datname LIKE '${shop.database}%'`;
      expect(await server.query("postgres", names)).toEqual([{ datname: shop.database }]);
      expect(await server.query(shop.database, "SELECT count(*)::int AS rows FROM photos")).toEqual([
        { rows: 80 },
      ]);
      execFileSync("/usr/bin/mount", ["-o", "remount,size=80m", small]);
      const again = await under.step("restore-new", desired, "unknown");
      expect(again).toMatchObject({ fault: null, receipt: { changed: true } });
      expect(again.evidence.filter(({ ok }) => !ok)).toEqual([]);
    } finally {
      await dropAll(server, shop.database);
      await server.query("postgres", "DROP TABLESPACE IF EXISTS small");
      unmount(small);
    }
  });

  async function waiting(): Promise<number> {
    const [row] = await server.query(
      "postgres",
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = '${shop.database}' AND wait_event_type = 'Lock'`,
    );
    return Number(row?.["count"]);
  }
});

/** Writes until nothing more fits. */
function fillUp(file: string): void {
  if (!existsSync(file)) writeFileSync(file, "");
  for (const size of [1024 * 1024, 4096, 1])
    for (;;)
      try {
        appendFileSync(file, Buffer.alloc(size, "x"));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOSPC") break;
        throw error;
      }
}
