import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { makeCertificate, needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { makeShop } from "#e2e/targets/shop-database.ts";
import type { Shop } from "#e2e/targets/shop-database.ts";

describeWith("PostgreSQL that cannot be used as it is", missing(needs), () => {
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
  const withSettings = (more: object): void => {
    shop.case = { ...shop.case, settings: { ...shop.case.settings, ...more } };
  };
  const looked = () => refusal(under.plan("terminate-connections"));

  it("is named for what it is: nobody there, not allowed, a wrong password, no such role or database", async () => {
    const { allow, secrets } = shop.case;
    shop.case = { ...shop.case, allow: [] };
    expect(await looked()).toBe("permanent ADDRESS_REFUSED");
    shop.case = { ...shop.case, allow, secrets: { password: "wrong" } };
    expect(await looked()).toBe("permanent CREDENTIALS_REFUSED");
    shop.case = { ...shop.case, secrets: {} };
    expect(await looked()).toBe("permanent CREDENTIALS_REFUSED");
    shop.case = { ...shop.case, secrets };
    withSettings({ user: "nobody_here" });
    expect(await looked()).toBe("permanent CREDENTIALS_REFUSED");
    withSettings({ user: server.role, database: "not_there" });
    expect(await looked()).toBe("permanent NO_SUCH_DATABASE");
    withSettings({ port: 1, database: shop.database });
    shop.case = { ...shop.case, allow: ["127.0.0.1:1"] };
    expect(await looked()).toBe("transient DATABASE_UNREACHABLE");
  });

  it("is trusted only with a certificate that is known, valid and its own", async () => {
    const tls = (mode: string, file: string) => ({ tls: { mode, caFile: path.join(server.folder, file) } });
    const certificate = path.join(server.data, "server.crt");
    const key = path.join(server.data, "server.key");
    expect(await looked()).toBe("none");
    await makeCertificate(
      server.asPostgres,
      path.join(server.data, "x.key"),
      path.join(server.data, "x.crt"),
      5,
    );
    withSettings(tls("verify-full", "data/x.crt"));
    expect(await looked()).toBe("permanent CERTIFICATE_UNKNOWN");
    withSettings(tls("verify-full", "data/none.crt"));
    expect(await looked()).toBe("permanent CA_FILE_MISSING");
    await makeCertificate(server.asPostgres, key, certificate, -1);
    await server.reload();
    withSettings(tls("verify-full", "data/server.crt"));
    await expect.poll(looked, { timeout: 10_000 }).toBe("permanent CERTIFICATE_EXPIRED");
    await makeCertificate(server.asPostgres, key, certificate, 5);
    await server.reload();
    await expect.poll(looked, { timeout: 10_000 }).toBe("none");
  });

  it("tells what a role lacks, before it is needed and when it is refused", async () => {
    await server.query(
      "postgres",
      "DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN PASSWORD 'plain password'",
    );
    await server.query("postgres", `GRANT CONNECT ON DATABASE ${shop.database} TO plain`);
    await server.query(shop.database, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain");
    withSettings({ user: "plain" });
    shop.case = { ...shop.case, secrets: { password: "plain password" } };
    const permissions = (await under.inspect())?.evidence.find(({ title }) => title === "Permissions");
    expect(permissions).toMatchObject({ ok: false });
    for (const lacking of ["owns", "CREATEDB", "pg_signal_backend"])
      expect(permissions?.detail).toContain(lacking);
    for (const id of ["restore-new", "terminate-connections", "verify-backup"])
      expect((await under.run(id)).fault, id).toMatchObject({
        kind: "permanent",
        code: "PERMISSION_MISSING",
      });
    const rows = await server.query(
      "postgres",
      `SELECT datname FROM pg_database WHERE datname LIKE '${shop.database}%'`,
    );
    expect(rows).toHaveLength(1);
  });

  it("is not dumped to a disk that has no room, and nothing is left there", async () => {
    const dumpFolder = path.join(server.folder, `${shop.database}-small`);
    mkdirSync(dumpFolder);
    execFileSync("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", dumpFolder]);
    try {
      withSettings({ dumpFolder });
      const { fault } = await under.run("emergency-dump");
      expect(fault).toMatchObject({ kind: "permanent", code: "DISK_FULL" });
      expect(fault?.message).toContain("Nothing was begun");
      expect(execFileSync("/usr/bin/ls", ["-A", dumpFolder], { encoding: "utf8" })).toBe("");
    } finally {
      execFileSync("/usr/bin/umount", [dumpFolder]);
    }
  });

  it("says which tools it finds, which are missing, which rows it has and what could be restored", async () => {
    const inspection = await under.inspect();
    expect(inspection?.tools).toMatchObject([
      { name: "pg_dump", version: expect.stringMatching(/^15\./) as unknown },
      { name: "pg_restore", path: expect.stringContaining("/pg_restore") as unknown },
    ]);
    expect(inspection?.evidence.filter(({ ok }) => !ok)).toEqual([]);
    expect(inspection?.current).toMatchObject({ version: "d4e5f6", artifacts: { migrationHead: "d4e5f6" } });
    expect(inspection?.history[1]).toMatchObject({
      version: shop.backup,
      artifacts: { backup: shop.backup },
    });
    withSettings({ toolFolder: server.folder });
    expect((await under.inspect())?.tools[0]).toMatchObject({
      name: "pg_dump",
      missing: expect.stringContaining("install postgresql-client") as unknown,
    });
    expect(await refusal(under.plan("verify-backup"))).toBe("permanent TOOL_MISSING");
  });

  it("is the same system after its database was swapped, and another one under another name", async () => {
    const identity = await under.identify();
    for (const id of ["restore-new", "terminate-connections", "swap-names"])
      expect((await under.run(id)).fault).toBeNull();
    expect(await under.identify()).toEqual(identity);
    withSettings({ database: "another" });
    expect(await under.identify()).not.toEqual(identity);
  });

  it("is dumped into a file that nobody else may read", async () => {
    const { desired } = await under.plan("emergency-dump");
    expect((await under.step("emergency-dump", desired)).fault).toBeNull();
    const modes = readdirSync(shop.dumps).map((name) => statSync(path.join(shop.dumps, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  });
});
