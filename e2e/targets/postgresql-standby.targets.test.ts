import { appendFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { binaries, needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { freePort } from "#e2e/targets/processes.ts";
import { makeShop } from "#e2e/targets/shop-database.ts";
import type { Shop } from "#e2e/targets/shop-database.ts";

describeWith("A hot standby of PostgreSQL", missing(needs), () => {
  let server: PostgresTarget;
  let shop: Shop;
  let port: number;
  let folder: string;
  const control = (...words: string[]) =>
    server.asPostgres(`${binaries}/pg_ctl`, ...words, "-w", "-s", "-D", folder, "-l", `${folder}/log`);

  beforeAll(async () => {
    server = await startPostgres();
    shop = await makeShop(server);
    port = await freePort();
    folder = path.join(server.folder, "recovery", "standby");
    const source = ["-h", server.data, "-p", String(server.port), "-U", "postgres"];
    await server.asPostgres(`${binaries}/pg_basebackup`, ...source, "-D", folder, "-R", "-c", "fast");
    appendFileSync(
      path.join(folder, "postgresql.auto.conf"),
      `port = ${port}\nunix_socket_directories = '${folder}'\narchive_mode = off\n`,
    );
    await control("start");
  });
  afterAll(async () => {
    await control("stop", "-m", "immediate");
    await server.stop();
  });

  const at = (one: ContractCase): ContractCase => ({
    ...one,
    settings: { ...one.settings, port },
    allow: [`127.0.0.1:${port}`],
  });

  it("is refused by name before anything is planned, and by whatever was planned for the primary it once was", async () => {
    const primary = underTest(() => shop.case);
    const standby = underTest(() => at(shop.case));
    expect(await standby.identify()).toEqual(await primary.identify());
    const acting = ["emergency-dump", "restore-new", "terminate-connections", "swap-names"];
    for (const operation of acting)
      expect(await refusal(standby.plans(operation)), operation).toBe("permanent READ_ONLY");
    const before = await shop.case.fingerprint();
    for (const operation of ["restore-new", "terminate-connections"]) {
      const { desired } = await primary.plan(operation);
      const { fault, receipt } = await standby.step(operation, desired);
      expect(fault, operation).toMatchObject({ kind: "permanent", code: "READ_ONLY" });
      expect(fault?.advice).toContain("primary");
      expect(receipt).toBeNull();
    }
    expect(await shop.case.fingerprint()).toEqual(before);
    const role = (await standby.inspect())?.evidence.filter(({ ok }) => !ok);
    expect(JSON.stringify(role)).toContain("standby");
  });

  it("has no migration undone, and may be looked at", async () => {
    const { host, user, database } = shop.settings;
    const place = { host: host ?? "", user: user ?? "", database: database ?? "", port };
    const migrations: ContractCase = {
      ...at(shop.case),
      adapter: "migrations",
      settings: { ...place, flavour: "alembic", workingFolder: server.folder },
    };
    expect(await refusal(underTest(() => migrations).plans("downgrade-to"))).toBe("permanent READ_ONLY");
    const check: ContractCase = {
      ...at(shop.case),
      adapter: "sql-check",
      settings: { ...place, query: "SELECT count(*) FROM customers", limit: 500 },
    };
    const looking = underTest(() => check);
    const seen = await looking.run("verify");
    expect(seen).toMatchObject({ fault: null, evidence: [{ ok: true }] });
  });
});
