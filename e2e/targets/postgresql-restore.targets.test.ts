import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { freshProcess } from "#e2e/contract/fresh-process.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { dumpWith, makeShop } from "#e2e/targets/shop-database.ts";
import type { Shop } from "#e2e/targets/shop-database.ts";
import type { Restored, Swapped } from "#lib/adapters/postgresql/schema.ts";

describeWith("PostgreSQL as an adapter takes it back", missing(needs), () => {
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

  const names = async (): Promise<string[]> => {
    const rows = await server.query(
      "postgres",
      `SELECT datname FROM pg_database WHERE datname LIKE '${shop.database}%' ORDER BY 1`,
    );
    return rows.map(({ datname }) => String(datname));
  };
  const one = async (database: string, sql: string): Promise<unknown> =>
    Object.values((await server.query(database, sql))[0] ?? {})[0];
  const done = async (...operations: string[]): Promise<void> => {
    for (const id of operations) expect((await under.run(id)).fault, id).toBeNull();
  };
  const desiredOf = async <T>(id: string): Promise<T> => (await under.plan(id)).desired as T;
  const request = (operation: string, desired: unknown) => {
    const { adapter, settings, secrets, allow } = shop.case;
    return { adapter, operation, settings, secrets, allow, desired };
  };
  /** As operators keep a checksum beside a backup. */
  const withSettings = (more: object): void => {
    shop.case = { ...shop.case, settings: { ...shop.case.settings, ...more } };
  };
  const until = (condition: () => Promise<boolean>) =>
    expect.poll(condition, { timeout: 30_000, interval: 20 }).toBe(true);

  it("has the rows, the grants and the settings that it had, and keeps the old database under a name that it says", async () => {
    const swap = await under.plan("swap-names");
    const { oldName } = swap.desired as Swapped;
    await done("verify-backup", "emergency-dump", "restore-new", "terminate-connections");
    const { receipt } = await under.step("swap-names", swap.desired);
    expect(receipt?.summary).toContain(oldName);
    expect(await one(shop.database, "SELECT count(*)::int FROM customers WHERE name LIKE 'good%'")).toBe(500);
    expect(await one(shop.database, "SELECT count(*)::int FROM orders")).toBe(2000);
    expect(await one(shop.database, "SHOW search_path")).toBe('"$user", public, shop');
    expect(await one(shop.database, "SHOW work_mem")).toBe("8MB");
    const properties = (name: string) =>
      server.query(
        "postgres",
        `SELECT datdba, encoding, datcollate, datctype, ARRAY(SELECT unnest(datacl)::text ORDER BY 1) AS acl,
           split_part(shobj_description(oid, 'pg_database'), E'\\n', 1) AS comment FROM pg_database WHERE datname = '${name}'`,
      );
    expect(await properties(shop.database)).toEqual(await properties(oldName));
    await server.query("postgres", `ALTER DATABASE ${oldName} ALLOW_CONNECTIONS true`);
    expect(await one(oldName, "SELECT count(*)::int FROM customers WHERE name = 'broken'")).toBe(500);
  });

  it("tells before what is lost, in rows, and afterwards what was left behind", async () => {
    const planned = await under.plan("restore-new");
    expect(planned.notReverted).toContainEqual(expect.objectContaining({ what: "10 newer rows of orders" }));
    const seconds = (Date.now() - Date.parse(planned.dataLossFrom ?? "")) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(seconds).toBeLessThan(120);
    const count = await desiredOf("count-rows");
    await done("emergency-dump", "restore-new", "terminate-connections", "swap-names");
    const { evidence } = await under.step("count-rows", count);
    expect(evidence.find(({ title }) => title === "Rows left behind")?.detail).toContain("public.orders 10");
  });

  it("leaves names as they were when the second of them cannot be changed: both change or none", async () => {
    await done("restore-new", "terminate-connections");
    withSettings({ lockSeconds: 1 });
    const swap = await desiredOf<Swapped>("swap-names");
    const before = await names();
    const holder = await server.connect("postgres");
    await holder.query(`BEGIN; COMMENT ON DATABASE "${swap.newName}" IS NULL`);
    expect((await under.step("swap-names", swap)).fault).toMatchObject({ kind: "transient", code: "LOCKED" });
    expect(await names()).toEqual(before);
    await holder.query("ROLLBACK");
    await holder.end();
    expect((await under.step("swap-names", swap)).fault).toBeNull();
  });

  it("shuts out clients that connect again at once, and lets them in again when it is aborted", async () => {
    let isOver = false;
    let refusals = 0;
    const client = async (): Promise<void> => {
      while (!isOver) {
        const connection = new pg.Client({
          host: server.data,
          port: server.port,
          user: "visitor",
          database: shop.database,
        });
        connection.on("error", () => undefined);
        const asked = connection.connect().then(() => connection.query("SELECT pg_sleep(30)"));
        await asked.catch(() => (refusals += 1));
        await connection.end().catch(() => undefined);
      }
    };
    const clients = [client(), client()];
    try {
      const sessions = () =>
        one("postgres", `SELECT count(*)::int FROM pg_stat_activity WHERE datname = '${shop.database}'`);
      await until(async () => (await sessions()) === 2);
      await done("restore-new");
      const swap = await desiredOf<Swapped>("swap-names");
      const used = await under.step("swap-names", swap);
      expect(used.fault).toMatchObject({ kind: "transient", code: "IN_USE" });
      await done("terminate-connections");
      expect(await sessions()).toBe(0);
      const shut = await desiredOf("terminate-connections");
      const open = () => runStep({ ...request("terminate-connections", shut), isRelease: true });
      expect(await open()).toMatchObject({ fault: null, receipt: { changed: true } });
      expect(await open()).toMatchObject({ fault: null, receipt: null });
      await until(async () => (await sessions()) === 2);
      expect(
        await one(
          "postgres",
          `SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '${shop.database}'`,
        ),
      ).toBe("The shop");
      await done("terminate-connections");
      expect((await under.step("swap-names", swap)).fault).toBeNull();
      await until(async () => (await sessions()) === 2);
    } finally {
      isOver = true;
      await server.query(
        "postgres",
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${shop.database}'`,
      );
      await Promise.all(clients);
    }
    expect(refusals).toBeGreaterThan(0);
  });

  it("drops what a killed restore has left, and restores once", async () => {
    const desired = await desiredOf<Restored>("restore-new");
    const holder = await server.connect("postgres");
    const first = freshProcess(request("restore-new", desired));
    await until(async () => (await names()).includes(desired.newName));
    await first.kill();
    await holder.end();
    const again = await freshProcess(request("restore-new", desired)).result;
    expect(again.fault).toBeNull();
    expect(again.receipt?.changed).toBe(true);
    expect(await one(desired.newName, "SELECT count(*)::int FROM orders")).toBe(2000);
    expect((await under.step("restore-new", desired)).receipt).toBeNull();
  });

  it("takes an empty database that it made and never marked for its own", async () => {
    const desired = await desiredOf<Restored>("restore-new");
    await server.query(
      "postgres",
      `CREATE DATABASE "${desired.newName}" OWNER ${server.role} TEMPLATE template0 ALLOW_CONNECTIONS false`,
    );
    expect((await under.step("restore-new", desired)).fault).toBeNull();
  });

  it("is swapped once when whoever swapped was killed while it waited for a lock", async () => {
    await done("restore-new", "terminate-connections");
    const swap = await desiredOf<Swapped>("swap-names");
    const holder = await server.connect("postgres");
    await holder.query(`BEGIN; COMMENT ON DATABASE "${swap.newName}" IS NULL`);
    const first = freshProcess(request("swap-names", swap));
    await until(
      async () => (await one("postgres", "SELECT count(*)::int FROM pg_locks WHERE NOT granted")) === 1,
    );
    await first.kill();
    await holder.query("ROLLBACK");
    await holder.end();
    const second = await under.step("swap-names", swap, "unknown");
    expect(second.fault).toBeNull();
    expect(await names()).toEqual([shop.database, swap.oldName]);
    expect(await one(shop.database, "SELECT count(*)::int FROM customers WHERE name LIKE 'good%'")).toBe(500);
  });

  it("leaves a database of somebody else alone that has the name", async () => {
    const desired = await desiredOf<Restored>("restore-new");
    const { oldName } = await desiredOf<Swapped>("swap-names");
    for (const name of [desired.newName, oldName])
      await server.query("postgres", `CREATE DATABASE "${name}"`);
    await server.query(desired.newName, "CREATE TABLE theirs ()");
    const fault = { kind: "permanent", code: "NAME_TAKEN" };
    expect((await under.step("restore-new", desired)).fault).toMatchObject(fault);
    expect(await one(desired.newName, "SELECT to_regclass('theirs')::text")).toBe("theirs");
    expect(await refusal(under.plan("swap-names"))).toBe("permanent NAME_TAKEN");
  });

  it.each([
    ["cut off in the middle", "BACKUP_CORRUPT"],
    ["with a byte changed", "BACKUP_CORRUPT"],
  ])("refuses a backup %s after it was signed", async (how, code) => {
    const desired = await desiredOf("restore-new");
    const verify = await desiredOf("verify-backup");
    await spoil(how);
    expect((await under.step("verify-backup", verify)).fault).toMatchObject({ kind: "permanent", code });
    expect((await under.step("restore-new", desired)).fault).toMatchObject({ kind: "permanent", code });
    expect(await names()).toEqual([shop.database]);
  });

  it.each(["cut off in the middle", "with a byte changed"])(
    "finds by restoring it elsewhere that a backup is corrupt which came %s, and leaves nothing there",
    async (how) => {
      await spoil(how);
      const verify = await under.plan("verify-backup").catch((error: unknown) => error);
      if (!(verify instanceof Error)) {
        const { fault } = await under.step("verify-backup", (verify as { desired: unknown }).desired);
        expect(fault).toMatchObject({ kind: "permanent", code: "BACKUP_CORRUPT" });
        expect(fault?.advice).toContain("another backup");
      }
      expect(await names()).toEqual([shop.database]);
    },
  );

  async function spoil(how: string): Promise<void> {
    const content = await readFile(shop.file);
    const at = Math.floor(content.length * 0.6);
    content.writeUInt8(content.readUInt8(at) ^ 0xff, at);
    await writeFile(shop.file, how === "cut off in the middle" ? content.subarray(0, at) : content);
  }

  it("refuses what is no backup, not there, of another database, or not named", async () => {
    const named = (backup: string | null) => refusal(under.plan("restore-new", under.artifacts({ backup })));
    await writeFile(path.join(shop.backups, "text.dump"), "not a backup at all\n".repeat(100));
    await writeFile(path.join(shop.backups, "empty.dump"), "");
    await writeFile(
      path.join(shop.backups, "script.sql"),
      "--\n-- PostgreSQL database dump\n--\nSELECT 1;\n",
    );
    dumpWith(server, "postgres", path.join(shop.backups, "other.dump"));
    expect(await named("text.dump")).toBe("permanent NOT_A_BACKUP");
    expect(await named("empty.dump")).toBe("permanent NOT_A_BACKUP");
    expect(await named("script.sql")).toBe("permanent NOT_A_BACKUP");
    expect(await named("other.dump")).toBe("permanent OTHER_DATABASE");
    expect(await named("gone.dump")).toBe("permanent BACKUP_MISSING");
    expect(await named(null)).toBe("permanent NO_BACKUP");
    expect(await named("../dumps/x.dump")).toBe("permanent INVALID_BACKUP");
    expect(await named("2026-01-02T03:04:05Z")).toBe("permanent NO_RECOVERY");
  });

  it("never restores the emergency dump that was just taken, however new it is", async () => {
    const emergency = await under.run("emergency-dump");
    const file = emergency.receipt?.data["file"];
    await copyFile(typeof file === "string" ? file : "", path.join(shop.backups, "newest.dump"));
    const desired = await desiredOf<Restored>("restore-new");
    expect(desired.source).toMatchObject({ file: shop.file });
    const newest = under.plan("restore-new", under.artifacts({ backup: "newest.dump" }));
    expect(await refusal(newest)).toBe("permanent EMERGENCY_DUMP");
  });

  it("does not put a backup into use whose rows are not those of its manifest", async () => {
    await writeFile(
      `${shop.file}.json`,
      JSON.stringify({ rows: { "public.orders": 2001, "public.customers": 500 } }),
    );
    const { fault } = await under.run("restore-new");
    expect(fault).toMatchObject({ kind: "permanent", code: "BACKUP_INCOMPLETE" });
    expect(fault?.message).toContain("public.orders has 2000, not 2001");
    expect(await names()).toEqual([shop.database]);
    await writeFile(
      `${shop.file}.json`,
      JSON.stringify({ rows: { "public.orders": 2000, "public.customers": 500 } }),
    );
    await done("verify-backup", "restore-new");
  });

  it("dumps once, whole, and takes neither a part nor a changed file for the dump", async () => {
    const dump = await under.plan("emergency-dump");
    const { file } = dump.desired as { file: string };
    await writeFile(`${file}.partial-dead`, "half");
    expect((await under.step("emergency-dump", dump.desired)).receipt?.changed).toBe(true);
    expect(readdirSync(shop.dumps).toSorted()).toEqual([path.basename(file), `${path.basename(file)}.json`]);
    expect((await under.step("emergency-dump", dump.desired)).receipt).toBeNull();
    const content = await readFile(file);
    content.writeUInt8(content.readUInt8(content.length - 50) ^ 1, content.length - 50);
    await writeFile(file, content);
    expect((await under.step("emergency-dump", dump.desired)).evidence).toMatchObject([{ ok: false }, {}]);
    truncateSync(file, 100);
    expect((await under.step("emergency-dump", dump.desired)).fault).toMatchObject({ code: "DUMP_CHANGED" });
    rmSync(file);
    expect((await under.step("emergency-dump", dump.desired)).fault).toBeNull();
    expect(existsSync(file)).toBe(true);
  });

  it("waits for no lock for ever", async () => {
    withSettings({ lockSeconds: 1 });
    const dump = await desiredOf("emergency-dump");
    const holder = await server.connect(shop.database);
    await holder.query("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
    expect((await under.step("emergency-dump", dump)).fault).toMatchObject({
      kind: "transient",
      code: "LOCKED",
    });
    expect(readdirSync(shop.dumps)).toEqual([]);
    await holder.end();
  });

  it.each([
    ["hangs", "exec sleep 60", "transient TOOL_HUNG"],
    ["writes without end", "exec yes", "permanent TOO_MUCH_OUTPUT"],
    ["writes what is no text, and fails", "head -c 100000 /dev/urandom; exit 3", "permanent TOOL_FAILED"],
  ])("ends a program that %s", async (_what, script, expected) => {
    const toolFolder = path.join(server.folder, `${shop.database}-tools`);
    mkdirSync(toolFolder);
    await writeFile(path.join(toolFolder, "pg_dump"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    withSettings({ dumpSeconds: 2, toolFolder });
    const dump = await desiredOf("emergency-dump");
    const { fault } = await under.step("emergency-dump", dump);
    expect(`${fault?.kind} ${fault?.code}`).toBe(expected);
    expect(readdirSync(shop.dumps)).toEqual([]);
  });
});
