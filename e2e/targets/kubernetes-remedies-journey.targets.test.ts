import "#e2e/fixtures/engine/own-data-folder.ts";
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { rollBackByProcedure } from "#e2e/fixtures/engine/procedure-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { alembicProject, orders, python } from "#e2e/targets/alembic-project.ts";
import { kubernetesMissing, startCluster, until } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { startNode } from "#e2e/targets/kubernetes/node-in-words.ts";
import type { NodeInWords } from "#e2e/targets/kubernetes/node-in-words.ts";
import { digests, imageOf, openShop } from "#e2e/targets/kubernetes/shop.ts";
import type { Shop } from "#e2e/targets/kubernetes/shop.ts";
import { settingsFor } from "#e2e/targets/kubernetes/ways.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { binaries, needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const alembic = { packages: ["alembic", "python3-psycopg2"], programs: ["/usr/bin/alembic"] };
const reason = kubernetesMissing() ?? missing(needs) ?? missing(alembic);
const kubeconfig = { kubeconfig: "env:LASTGOOD_SECRET_KUBECONFIG" };
const checksOfTheCode = [
  "verification check-pods: verify-pods (Mandatory Checks, Pods; Mandatory Checks, Readiness)",
  "verification check-health: verify-health (Mandatory Checks, Health endpoint)",
  "verification run-smoke-tests: verify-version (Mandatory Checks, Smoke tests)",
];
const byPerson = ["announce", "count-rows", "find-orphans", "check-active-deployments", "record-the-end"];
const password = { password: "env:LASTGOOD_SECRET_SHOP_DATABASE" };

describeWith("what is mended after a rollback on Kubernetes, through the product", reason, () => {
  let cluster: Cluster;
  let node: NodeInWords;
  let server: PostgresTarget;
  const pool = workerPool(
    () => database.url,
    () => database.client,
    5,
  );
  beforeAll(async () => {
    [cluster, server] = await Promise.all([startCluster(), startPostgres()]);
    node = await startNode(cluster);
    process.env["LASTGOOD_SECRET_KUBECONFIG"] = cluster.kubeconfig();
    process.env["LASTGOOD_SECRET_SHOP_DATABASE"] = server.password;
    await pool.atLeast(2);
  });
  afterEach(() => node.sick.clear());
  afterAll(async () => {
    await pool.stop();
    await node.stop();
    await server.stop();
    await cluster.stop();
  });

  const pods = async (shop: Shop): Promise<{ name: string; image: string | undefined }[]> => {
    const { value } = await cluster.api("GET", `${shop.core}/pods`);
    const { items } = value as {
      items: { metadata: { name: string }; spec: { containers: { image: string }[] } }[];
    };
    return items.map(({ metadata, spec }) => ({ name: metadata.name, image: spec.containers[0]?.image }));
  };
  const restarts = (shop: Shop): number =>
    cluster.writes(shop.namespace).filter(({ body }) => body.includes("restart")).length;

  it("Issue 2: Database Migration Conflicts. A version that does not start on the newer schema gets its own migration back, and starts", async () => {
    const name = "hotswap";
    await server.query("postgres", `CREATE DATABASE ${name} OWNER ${server.role}`);
    const project = await alembicProject(orders);
    const url = `postgresql://${server.role}:${encodeURIComponent(server.password)}@${server.address}/${name}`;
    await project.alembic(url, "upgrade", "b2_discount");
    await server.query(name, "INSERT INTO orders (id, discount) SELECT n, n FROM generate_series(1, 40) n");
    const dumpFolder = path.join(server.folder, "hotswap-dumps");
    mkdirSync(dumpFolder);
    const head = async (): Promise<unknown> =>
      (await server.query(name, "SELECT version_num FROM alembic_version"))[0]?.["version_num"];

    // 2.0.0 migrated; then the code alone was taken back to 1.0.0, whose pods do not become ready on that schema.
    const shop = await openShop(cluster);
    await shop.deploy("shop", "2.0.0");
    await shop.settled("shop");
    node.sick.add(imageOf("1.0.0"));
    await shop.release("shop", "1.0.0");
    const place = { host: "127.0.0.1", port: server.port, database: name, user: server.role };
    const certificate = path.join(server.data, "server.crt");
    const journey: Journey = {
      playbook: "distributed-kernel",
      procedure: "migrate-back",
      scope: ["database", "code"],
      place: {
        allow: [cluster.address, server.address],
        targets: [
          {
            component: "database",
            adapter: "migrations",
            settings: { ...place, workingFolder: project.folder, python },
            secrets: password,
          },
          {
            component: "database",
            adapter: "postgresql",
            settings: {
              ...place,
              backupFolder: path.join(server.folder, "archive"),
              dumpFolder,
              toolFolder: binaries,
              tls: { mode: "verify-full", caFile: certificate },
              countTables: ["orders"],
            },
            secrets: password,
          },
          { component: "code", adapter: "kubernetes", settings: settingsFor(shop), secrets: kubeconfig },
        ],
      },
      good: { version: "1.0.0", hoursAgo: 24, imageDigest: digests["1.0.0"], migrationHead: "a1_orders" },
      bad: { version: "2.0.0", hoursAgo: 1, imageDigest: digests["2.0.0"], migrationHead: "b2_discount" },
    };
    const isMended = until("the schema is back", async () => (await head()) === "a1_orders");
    const [done] = await Promise.all([
      rollBackByProcedure(database.client, pool, journey, ["downgrade-to"]),
      isMended.then(() => node.sick.clear()),
    ]);

    const issue = "Issue 2: Database Migration Conflicts";
    expect(done.walked.ran).toEqual([
      `validation look-at-migration: current (${issue}, Step 1)`,
      `validation check-reversible: check-reversible (${issue}, Step 2)`,
      `validation check-code: confirm (${issue}, Symptoms)`,
      "execution dump-database: emergency-dump (Rollback Checklist, Pre-Rollback, Database backup)",
      `execution downgrade: downgrade-to (${issue}, Step 2)`,
      `execution restart: restart (${issue}, Step 3)`,
      `verification verify-migration: verify, check-integrity, count-rows, current (${issue}, Step 4)`,
      ...checksOfTheCode,
    ]);
    expect(done.walked.byPerson).toEqual(byPerson);
    // Errors and latency are measured by targets of their own.
    expect([done.walked.nothing, done.walked.unnamed]).toEqual([
      ["check-figures"],
      ["initiation code capture"],
    ]);
    expect(await head()).toBe("a1_orders");
    const columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'orders'";
    expect(await server.query(name, columns)).toEqual([{ column_name: "id" }]);
    expect(await server.query(name, "SELECT revision FROM undone")).toEqual([{ revision: "b2_discount" }]);
    // What the column held is in the dump that was taken first.
    expect(readdirSync(dumpFolder).filter((file) => file.endsWith(".dump"))).toHaveLength(1);
    expect((await pods(shop)).map(({ image }) => image)).toEqual(Array(3).fill(imageOf("1.0.0")));
    expect(restarts(shop)).toBe(1);
    expect(done.events).not.toContain(server.password);
    await project.close();
    await shop.close();
  });

  it("Issue 3: Persistent Configuration Issues. The ConfigMap that stayed behind gets its own revision back, and the pods restart on it once", async () => {
    const shop = await openShop(cluster);
    await shop.store("ConfigMap", "shop-config-1.0.0", { LEVEL: "info", ONLY_OLD: "1" }, true);
    await shop.store("ConfigMap", "shop-config-2.0.0", { LEVEL: "debug", ONLY_NEW: "1" }, true);
    await shop.store("ConfigMap", "shop-config", { LEVEL: "debug", ONLY_NEW: "1" });
    await shop.deploy("shop", "2.0.0");
    await shop.settled("shop");
    // The code alone was taken back.
    await shop.release("shop", "1.0.0");
    await shop.settled("shop");
    const before = (await pods(shop)).map(({ name }) => name);
    const settings = settingsFor(shop, {
      configuration: { name: "shop-config", revisionName: "shop-config-{revision}" },
    });
    const journey: Journey = {
      playbook: "distributed-kernel",
      procedure: "restore-configuration",
      scope: ["configuration", "code"],
      place: {
        allow: [cluster.address],
        targets: (["configuration", "code"] as const).map((component) => ({
          component,
          adapter: "kubernetes",
          settings,
          secrets: kubeconfig,
        })),
      },
      good: {
        version: "1.0.0",
        hoursAgo: 24,
        imageDigest: digests["1.0.0"],
        configurationRevision: "1.0.0",
      },
      bad: { version: "2.0.0", hoursAgo: 1, imageDigest: digests["2.0.0"], configurationRevision: "2.0.0" },
    };
    const done = await rollBackByProcedure(database.client, pool, journey, ["restore-config-map"]);

    const issue = "Issue 3: Persistent Configuration Issues";
    expect(done.walked.ran).toEqual([
      `validation check-code: confirm (${issue}, Symptoms)`,
      `execution restore-configuration: restore-config-map, restart (${issue}, Step 2)`,
      `execution restart: restart (${issue}, Step 3)`,
      ...checksOfTheCode,
    ]);
    expect(done.walked.byPerson).toEqual(byPerson);
    expect([done.walked.nothing, done.walked.unnamed]).toEqual([
      ["look-at-configuration", "verify-configuration", "check-figures"],
      ["initiation code capture"],
    ]);
    const { value } = await cluster.api("GET", `${shop.core}/configmaps/shop-config`);
    expect((value as { data: unknown }).data).toEqual({ LEVEL: "info", ONLY_OLD: "1" });
    const after = await pods(shop);
    expect(after.map(({ image }) => image)).toEqual(Array(3).fill(imageOf("1.0.0")));
    expect(after.filter(({ name }) => before.includes(name))).toEqual([]);
    expect(restarts(shop)).toBe(1);
    await shop.close();
  });
});
