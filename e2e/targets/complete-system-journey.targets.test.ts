import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { startMaintenance } from "#e2e/contract/maintenance-server.ts";
import { rollBackByProcedure } from "#e2e/fixtures/engine/procedure-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { alembicProject, python } from "#e2e/targets/alembic-project.ts";
import { twoVersions, values, versionOne } from "#e2e/targets/etcd-versions.ts";
import { etcdMissing, startEtcd } from "#e2e/targets/etcd.ts";
import type { EtcdServer } from "#e2e/targets/etcd.ts";
import { kubernetesMissing, startCluster } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { startNode } from "#e2e/targets/kubernetes/node-in-words.ts";
import type { NodeInWords } from "#e2e/targets/kubernetes/node-in-words.ts";
import { digests, imageOf, openShop, repository } from "#e2e/targets/kubernetes/shop.ts";
import { released, settingsFor } from "#e2e/targets/kubernetes/ways.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import { makeShop } from "#e2e/targets/shop-database.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const alembic = { packages: ["alembic", "python3-psycopg2"], programs: ["/usr/bin/alembic"] };
const reason = kubernetesMissing() ?? etcdMissing ?? missing(needs) ?? missing(alembic);
const kubeconfig = { kubeconfig: "env:LASTGOOD_SECRET_KUBECONFIG" };
const password = { password: "env:LASTGOOD_SECRET_SHOP_DATABASE" };
const token = "a-token-of-the-platform";

describeWith("a complete system on five platforms, through the product", reason, () => {
  let cluster: Cluster;
  let node: NodeInWords;
  let server: PostgresTarget;
  let etcd: EtcdServer;
  const pool = workerPool(
    () => database.url,
    () => database.client,
    5,
  );
  beforeAll(async () => {
    [cluster, server, etcd] = await Promise.all([startCluster(), startPostgres(), startEtcd()]);
    node = await startNode(cluster);
    process.env["LASTGOOD_SECRET_KUBECONFIG"] = cluster.kubeconfig();
    process.env["LASTGOOD_SECRET_SHOP_DATABASE"] = server.password;
    process.env["LASTGOOD_SECRET_MAINTENANCE"] = token;
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await node.stop();
    await etcd.stop();
    await server.stop();
    await cluster.stop();
  });

  it("Complete System Rollback. What needs the service goes back first, then the service behind its maintenance page with image, database and size, and every platform says version 1", async () => {
    const api = await released(cluster);
    const rows = await makeShop(server);
    const project = await alembicProject([
      { id: "a1b2c3", after: [], up: ["pass"], down: ["pass"] },
      { id: "d4e5f6", after: ["a1b2c3"], up: ["pass"], down: ["pass"] },
    ]);
    const page = await startMaintenance(token);
    onTestFinished(async () => {
      await page.stop();
      await project.close();
    });
    const gateway = await openShop(cluster);
    await gateway.store("ConfigMap", "shop-config-1.0.0", { LEVEL: "info" }, true);
    await gateway.store("ConfigMap", "shop-config-2.0.0", { LEVEL: "debug" }, true);
    await gateway.deploy("shop", "2.0.0");
    await gateway.settled("shop");
    const prefix = "limits/";
    const revision = await twoVersions(etcd, prefix);

    const journey: Journey = {
      playbook: "distributed-kernel",
      procedure: "complete-system",
      scope: ["routing", "code", "database"],
      place: {
        allow: [cluster.address, server.address, page.address],
        targets: [
          {
            component: "routing",
            adapter: "maintenance-mode",
            settings: { url: page.url, statusPath: "/admin/maintenance", settleSeconds: 3 },
            secrets: { token: "env:LASTGOOD_SECRET_MAINTENANCE" },
          },
          {
            component: "code",
            adapter: "kubernetes",
            settings: settingsFor(api, { strategy: "direct", image: repository, minimumReplicas: 3 }),
            secrets: kubeconfig,
          },
          { component: "database", adapter: "postgresql", settings: rows.settings, secrets: password },
          {
            component: "database",
            adapter: "migrations",
            settings: {
              host: "127.0.0.1",
              port: server.port,
              database: rows.database,
              user: server.role,
              workingFolder: project.folder,
              python,
            },
            secrets: password,
          },
        ],
      },
      good: {
        version: "1.0.0",
        hoursAgo: 24,
        imageDigest: digests["1.0.0"],
        backup: rows.backup,
        migrationHead: "a1b2c3",
      },
      bad: { version: "2.0.0", hoursAgo: 1, imageDigest: digests["2.0.0"], migrationHead: "d4e5f6" },
      companions: [
        {
          playbook: "v2-platform",
          scope: ["configuration"],
          place: {
            allow: [etcd.address],
            targets: [
              {
                component: "configuration",
                adapter: "etcd",
                settings: { url: etcd.url, prefix },
                secrets: {},
              },
            ],
          },
          good: { version: "7.1.0", hoursAgo: 24, configurationRevision: String(revision) },
          bad: { version: "7.2.0", hoursAgo: 1 },
        },
        {
          playbook: "distributed-kernel",
          scope: ["configuration"],
          place: {
            allow: [cluster.address],
            targets: [
              {
                component: "configuration",
                adapter: "kubernetes",
                settings: settingsFor(gateway, { configuration: { revisionName: "shop-config-{revision}" } }),
                secrets: kubeconfig,
              },
            ],
          },
          good: { version: "4.0.0", hoursAgo: 24, configurationRevision: "1.0.0" },
          bad: { version: "4.1.0", hoursAgo: 1, configurationRevision: "2.0.0" },
        },
      ],
    };
    const done = await rollBackByProcedure(database.client, pool, journey, ["swap-names"]);
    const { plan } = done.prepared;

    expect(plan.lanes?.at(-1)).toBe(done.prepared.service);
    expect(plan.lanes).toHaveLength(3);
    const acting = plan.phases.flatMap(({ steps }) => steps.filter((step) => step.mutating));
    expect(acting.map(({ adapter, operation }) => `${adapter} ${operation}`)).toEqual([
      "etcd restore-prefix",
      "kubernetes restore-config-map",
      "maintenance-mode on",
      "kubernetes stop",
      "kubernetes set-image",
      "postgresql emergency-dump",
      "postgresql terminate-connections",
      "postgresql restore-new",
      "postgresql swap-names",
      "kubernetes scale",
      "maintenance-mode off",
    ]);
    const section = "Complete System Rollback";
    expect(done.walked.ran).toEqual([
      `validation check-image: confirm (${section}, Step 2)`,
      `validation check-backup: verify-backup, current (${section}, Step 5)`,
      `validation check-router: confirm-mode (${section}, Step 1)`,
      `execution maintenance-on: on (${section}, Step 1)`,
      `execution stop-service: stop (${section}, Step 1)`,
      `execution deploy-version: set-image (${section}, Step 2; ${section}, Step 3; ${section}, Step 4)`,
      // Before the service is up again, not after it as in the document: nothing writes to what is replaced.
      `execution restore-database: emergency-dump, terminate-connections, restore-new, swap-names (${section}, Step 5)`,
      `execution scale-up: scale (${section}, Step 4)`,
      "verification verify-database: check-integrity, count-rows, current, verify (Mandatory Checks, Row counts; Mandatory Checks, Orphaned records)",
      `verification verify-health: verify-version, verify-health (${section}, Step 6; Mandatory Checks, Health endpoint)`,
      "verification check-pods: verify-pods (Mandatory Checks, Pods; Mandatory Checks, Readiness)",
      `completion maintenance-off: off (${section}, Step 6)`,
    ]);
    const checks = ["count-rows", "find-orphans", "check-active-deployments"];
    expect(done.walked.byPerson).toEqual(["announce", ...checks, "record-the-end"]);
    // No check of ours is registered here.
    expect(done.walked.nothing).toEqual(["check-figures", "run-smoke-tests", "own-routing-checks"]);
    expect(done.walked.unnamed).toEqual(["initiation code capture"]);

    // Each system, asked itself.
    const { spec, status } = await api.deployment("shop");
    expect(spec.template.spec.containers[0]?.image).toBe(imageOf("1.0.0"));
    expect([spec.replicas, status.availableReplicas]).toEqual([3, 3]);
    const good = "SELECT count(*)::int AS good FROM customers WHERE name LIKE 'good%'";
    expect(await server.query(rows.database, good)).toEqual([{ good: 500 }]);
    const head = "SELECT version_num FROM alembic_version";
    expect(await server.query(rows.database, head)).toEqual([{ version_num: "a1b2c3" }]);
    expect(await values(etcd, prefix)).toEqual(versionOne(prefix));
    const { template } = (await gateway.deployment("shop")).spec;
    expect(JSON.stringify(template)).toContain("shop-config-1.0.0");
    expect(JSON.stringify(template)).not.toContain("shop-config-2.0.0");
    expect(page.isOn()).toBe(false);
    expect(page.counts()).toMatchObject({ on: 1, off: 1 });
    const restored = await database.client.deployment.findMany({ where: { rollbackId: done.prepared.id } });
    expect(restored.map(({ version }) => version).toSorted()).toEqual(["1.0.0", "4.0.0", "7.1.0"]);
    for (const secret of [server.password, token]) expect(done.events).not.toContain(secret);
  });
});
