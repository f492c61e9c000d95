import { afterAll, beforeAll, expect, it } from "vitest";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import { plansFor, step } from "#e2e/targets/kubernetes/attempt.ts";
import { kubernetesMissing, startCluster } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { startNode } from "#e2e/targets/kubernetes/node-in-words.ts";
import type { NodeInWords } from "#e2e/targets/kubernetes/node-in-words.ts";
import { openWay, ways } from "#e2e/targets/kubernetes/ways.ts";
import { kubernetes } from "#lib/adapters/kubernetes/index.ts";

describeWith("Kubernetes 1.20", kubernetesMissing(), () => {
  let cluster: Cluster;
  let node: NodeInWords;
  beforeAll(async () => {
    cluster = await startCluster();
    node = await startNode(cluster);
  });
  afterAll(async () => {
    await node.stop();
    await cluster.stop();
  });

  it.each(Object.keys(ways))("%s: every step once, in order, and a second time nothing", async (way) => {
    const one = await openWay(cluster, way);
    const place = { settings: one.settings, kubeconfig: cluster.kubeconfig(), allow: one.allow };
    for (const { id, mutating } of kubernetes.operations)
      for (const { desired } of await plansFor(place, one.request, id))
        for (let round = 0; round < 2; round++) {
          const { fault, receipt, evidence } = await step(place, id, desired);
          expect(fault, id).toBeNull();
          expect(
            evidence.every(({ ok }) => ok),
            id,
          ).toBe(true);
          if (!mutating) continue;
          expect(receipt?.changed ?? false, id).toBe(round === 0);
          expect(await one.effects(id), id).toBe(1);
        }
    await one.stop();
  });

  // The ways with the most steps, the one that deletes and the one with a secret: the suite takes minutes on each.
  for (const way of ["direct", "canary, deleted", "configuration by content, in a Secret"])
    contractSuite("kubernetes", { make: () => openWay(cluster, way) }, way);
});
