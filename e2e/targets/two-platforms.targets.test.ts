import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  finishedSteps,
  followJourney,
  killAtIntent,
  plannedSteps,
  prepareJourney,
  startJourney,
} from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { twoVersions, values, versionOne } from "#e2e/targets/etcd-versions.ts";
import { etcdMissing, startEtcd } from "#e2e/targets/etcd.ts";
import type { EtcdServer } from "#e2e/targets/etcd.ts";
import { kubernetesMissing, startCluster } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { startNode } from "#e2e/targets/kubernetes/node-in-words.ts";
import type { NodeInWords } from "#e2e/targets/kubernetes/node-in-words.ts";
import { digests, imageOf } from "#e2e/targets/kubernetes/shop.ts";
import { released, settingsFor } from "#e2e/targets/kubernetes/ways.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const reason = kubernetesMissing() ?? etcdMissing;

describeWith("two services on two platforms, by two playbooks, in one plan", reason, () => {
  let cluster: Cluster;
  let node: NodeInWords;
  let server: EtcdServer;
  const pool = workerPool(
    () => database.url,
    () => database.client,
    2,
  );
  beforeAll(async () => {
    [cluster, server] = await Promise.all([startCluster(), startEtcd()]);
    node = await startNode(cluster);
    process.env["LASTGOOD_SECRET_KUBECONFIG"] = cluster.kubeconfig();
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await node.stop();
    await server.stop();
    await cluster.stop();
  });

  it("go back in the order of their dependency, a worker killed in each, and both systems say version 1", async () => {
    const { client } = database;
    const shop = await released(cluster);
    const prefix = "shop/";
    const good = await twoVersions(server, prefix);
    const prepared = await prepareJourney(client, {
      playbook: "distributed-kernel",
      procedure: "rolling",
      scope: ["code"],
      place: {
        allow: [cluster.address],
        targets: [
          {
            component: "code",
            adapter: "kubernetes",
            settings: settingsFor(shop, { strategy: "rolling" }),
            secrets: { kubeconfig: "env:LASTGOOD_SECRET_KUBECONFIG" },
          },
        ],
      },
      good: { version: "1.0.0", hoursAgo: 24, imageDigest: digests["1.0.0"] },
      bad: { version: "2.0.0", hoursAgo: 1, imageDigest: digests["2.0.0"] },
      companions: [
        {
          playbook: "v2-platform",
          scope: ["configuration"],
          place: {
            allow: [server.address],
            targets: [
              {
                component: "configuration",
                adapter: "etcd",
                settings: { url: server.url, prefix },
                secrets: {},
              },
            ],
          },
          good: { version: "7.1.0", hoursAgo: 24, configurationRevision: String(good) },
          bad: { version: "7.2.0", hoursAgo: 1 },
        },
      ],
    });
    const [companion] = prepared.plan.members ?? [];
    expect(companion?.playbook.id).toBe("v2-platform");
    expect(prepared.plan.lanes).toEqual([companion?.service, prepared.service]);
    const acting = prepared.plan.phases.flatMap(({ steps }) => steps.filter((step) => step.mutating));
    expect(acting.map(({ adapter, operation }) => `${adapter} ${operation}`)).toEqual([
      "etcd restore-prefix",
      "kubernetes roll-to-revision",
    ]);
    expect(new Set(acting.map(({ identity }) => identity?.kind)).size).toBe(2);

    await startJourney(client, prepared);
    await killAtIntent(client, pool, prepared.id, ["restore-prefix"]);
    const killed = killAtIntent(client, pool, prepared.id, ["roll-to-revision"]);
    const end = await followJourney(client, prepared);
    await killed;

    expect(["monitoring", "succeeded"]).toContain(end.state);
    expect(end.takenOver.length).toBeGreaterThanOrEqual(1);
    expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
    expect(await values(server, prefix)).toEqual(versionOne(prefix));
    const { spec } = await shop.deployment("shop");
    expect(spec.template.spec.containers[0]?.image).toBe(imageOf("1.0.0"));
    const restored = await client.deployment.findMany({ where: { rollbackId: prepared.id } });
    expect(restored.map(({ version }) => version).toSorted()).toEqual(["1.0.0", "7.1.0"]);
  });
});
