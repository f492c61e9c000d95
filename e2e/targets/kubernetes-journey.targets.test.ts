import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
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
import { kubernetesMissing, startCluster } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { startNode } from "#e2e/targets/kubernetes/node-in-words.ts";
import type { NodeInWords } from "#e2e/targets/kubernetes/node-in-words.ts";
import { digests, imageOf } from "#e2e/targets/kubernetes/shop.ts";
import { openWay } from "#e2e/targets/kubernetes/ways.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();

describeWith("Kubernetes 1.20 through the product", kubernetesMissing(), () => {
  let cluster: Cluster;
  let node: NodeInWords;
  const pool = workerPool(
    () => database.url,
    () => database.client,
    2,
  );
  beforeAll(async () => {
    cluster = await startCluster();
    node = await startNode(cluster);
    process.env["LASTGOOD_SECRET_KUBECONFIG"] = cluster.kubeconfig();
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await node.stop();
    await cluster.stop();
  });

  it.each([
    ["rolling", "roll-to-revision"],
    ["direct", "set-image"],
    ["blue-green", "switch-selector"],
    ["canary", "remove-canary"],
  ])(
    "%s: version 2 is taken back with a worker killed at %s, in the steps of the playbook, and the cluster says version 1",
    async (procedure, killedAt) => {
      const { client } = database;
      const one = await openWay(cluster, procedure);
      const journey = {
        playbook: "distributed-kernel",
        procedure,
        scope: ["code" as const],
        place: {
          allow: one.allow,
          targets: [
            {
              component: "code" as const,
              adapter: "kubernetes",
              settings: one.settings,
              secrets: { kubeconfig: "env:LASTGOOD_SECRET_KUBECONFIG" },
            },
          ],
        },
        good: { version: "1.0.0", hoursAgo: 24, imageDigest: digests["1.0.0"] },
        bad: { version: "2.0.0", hoursAgo: 1, imageDigest: digests["2.0.0"] },
      };
      const prepared = await prepareJourney(client, journey);
      await startJourney(client, prepared);
      await killAtIntent(client, pool, prepared.id, [killedAt]);
      const end = await followJourney(client, prepared);

      expect(end.state).toBe("monitoring");
      expect(end.takenOver).toHaveLength(1);
      expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
      const named = (await procedureSteps(journey, ["code"])).filter(
        (step) => !/verify-error-rate|verify-performance/.test(step),
      );
      expect(plannedSteps(prepared).filter((step) => named.includes(step))).toEqual(named);
      expect(await one.effects(killedAt)).toBe(1);

      const { namespace } = one.settings as { namespace: string };
      const { value } = await cluster.api("GET", `/api/v1/namespaces/${namespace}/pods`);
      const pods = (
        value as {
          items: {
            metadata: { labels: Record<string, string> };
            spec: { containers: { image: string }[] };
          }[];
        }
      ).items;
      const serving =
        procedure === "blue-green"
          ? pods.filter(({ metadata }) => metadata.labels["colour"] === "blue")
          : pods;
      expect(serving.map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(3).fill(imageOf("1.0.0")));
      const secret = /"token":"(\w+)"/.exec(cluster.kubeconfig())?.[1] ?? "none";
      expect(JSON.stringify(end.events)).not.toContain(secret);
      await one.stop();
    },
  );
});
