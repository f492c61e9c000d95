import { beforeAll, afterAll } from "vitest";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import { kubernetesMissing, startCluster } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { startNode } from "#e2e/targets/kubernetes/node-in-words.ts";
import type { NodeInWords } from "#e2e/targets/kubernetes/node-in-words.ts";
import { ways } from "#e2e/targets/kubernetes/ways.ts";

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

  for (const [name, make] of Object.entries(ways))
    contractSuite("kubernetes", { make: (): Promise<ContractCase> => make(cluster) }, name);
});
