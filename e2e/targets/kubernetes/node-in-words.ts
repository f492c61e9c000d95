import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";

/** A node without machine: it tells of its pods what a kubelet would tell, and runs nothing. */
export type NodeInWords = {
  /** Images that cannot be had. */
  missing: Set<string>;
  /** Images whose pods run and never become ready. */
  sick: Set<string>;
  stop: () => Promise<void>;
};

type PodSeen = {
  metadata: { name: string; namespace: string; deletionTimestamp?: string };
  spec: { nodeName?: string; containers: { name: string; image: string }[] };
  status: {
    conditions?: { type: string; status: string }[];
    containerStatuses?: { state: { waiting?: unknown } }[];
  };
};

export async function startNode(cluster: Cluster): Promise<NodeInWords> {
  const capacity = { cpu: "64", memory: "64Gi", pods: "1000" };
  await cluster.api("POST", "/api/v1/nodes", {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "node-in-words" },
  });
  await cluster.api(
    "PATCH",
    "/api/v1/nodes/node-in-words/status",
    {
      status: {
        capacity,
        allocatable: capacity,
        conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", message: "" }],
      },
    },
    "application/merge-patch+json",
  );
  // A new node is tainted as not ready until a controller that is not run here takes that away.
  await cluster.api(
    "PATCH",
    "/api/v1/nodes/node-in-words",
    { spec: { taints: null } },
    "application/merge-patch+json",
  );
  const node = { missing: new Set<string>(), sick: new Set<string>() };
  const addresses = new Map<string, string>();
  const stopping = new AbortController();
  const tell = async (pod: PodSeen): Promise<void> => {
    const { name, namespace } = pod.metadata;
    const place = `/api/v1/namespaces/${namespace}/pods/${name}`;
    if (pod.metadata.deletionTimestamp !== undefined) {
      await cluster.api("DELETE", `${place}?gracePeriodSeconds=0`);
      return;
    }
    const isMissing = pod.spec.containers.some(({ image }) => node.missing.has(image));
    const isSick = pod.spec.containers.some(({ image }) => node.sick.has(image));
    const isReady =
      pod.status.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
    const isToldMissing = pod.status.containerStatuses?.[0]?.state.waiting !== undefined;
    const isTold = pod.status.containerStatuses !== undefined;
    if (isMissing ? isToldMissing : isSick ? isTold && !isReady && !isToldMissing : isReady) return;
    const podIP =
      addresses.get(`${namespace}/${name}`) ?? `10.0.${(addresses.size >> 8) & 255}.${addresses.size & 255}`;
    addresses.set(`${namespace}/${name}`, podIP);
    const now = new Date().toISOString();
    const good = !isMissing && !isSick;
    const condition = (type: string, status: boolean) => ({
      type,
      status: status ? "True" : "False",
      lastTransitionTime: now,
    });
    await cluster.api(
      "PATCH",
      `${place}/status`,
      {
        status: {
          phase: isMissing ? "Pending" : "Running",
          podIP,
          podIPs: [{ ip: podIP }],
          conditions: [
            condition("PodScheduled", true),
            condition("Initialized", true),
            condition("ContainersReady", good),
            condition("Ready", good),
          ],
          containerStatuses: pod.spec.containers.map(({ name: container, image }) => ({
            name: container,
            image,
            imageID: isMissing ? "" : image,
            ready: good,
            restartCount: 0,
            started: !isMissing,
            state: isMissing
              ? {
                  waiting: {
                    reason: "ErrImagePull",
                    message: `rpc error: failed to resolve reference "${image}": not found`,
                  },
                }
              : { running: { startedAt: now } },
          })),
        },
      },
      "application/merge-patch+json",
    );
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const { value } = await cluster.api("GET", "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-in-words");
      for (const pod of (value as { items: PodSeen[] }).items) await tell(pod);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    ...node,
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}
