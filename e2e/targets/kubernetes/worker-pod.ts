import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StepResult } from "#e2e/contract/run-step.ts";
import { until } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import type { Shop } from "#e2e/targets/kubernetes/shop.ts";
import type { Evidence, PlanRequest } from "#lib/adapters/contract.ts";
import type { JsonObject } from "#lib/domain/json.ts";

type Told = {
  fault: unknown;
  permissions: Evidence | undefined;
  steps: (StepResult & { id: string })[];
};

const root = path.resolve(import.meta.dirname, "../../..");

/**
 * Runs the adapter as a pod of the cluster, with the service account that is there and nothing else that tells how to
 * reach the API server but what Kubernetes puts into a pod. Its image has no Node.js: this machine lends its own.
 */
export async function runInPod(
  cluster: Cluster,
  shop: Pick<Shop, "core" | "made">,
  image: string,
  work: { settings: JsonObject; request: PlanRequest; operations: string[] },
): Promise<{ told: Told; text: string }> {
  const results = mkdtempSync(path.join(tmpdir(), "worker-pod-"));
  const [host = "", port = ""] = cluster.address.split(":");
  const { settings, request, operations } = work;
  const place = { settings: { ...settings, inCluster: true }, kubeconfig: null, allow: [cluster.address] };
  const { clusters } = JSON.parse(cluster.kubeconfig()) as {
    clusters: [{ cluster: { "certificate-authority-data": string } }];
  };
  const ca = Buffer.from(clusters[0].cluster["certificate-authority-data"], "base64").toString("utf8");
  const store = (name: string, data: Record<string, string>) =>
    shop.made(`${shop.core}/configmaps`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });
  await store("authority", { "ca.crt": ca });
  await store("work", { "work.json": JSON.stringify({ place, request, operations }) });
  const lent = [...new Set(["/usr", "/lib", "/lib64", root, path.dirname(process.execPath)])];
  const script = path.join(import.meta.dirname, "worker-in-pod.ts");
  const line = `exec ${process.execPath} ${script} /work-to-do/work.json >${results}/told 2>${results}/trouble`;
  await shop.made(`${shop.core}/pods`, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "worker" },
    spec: {
      // The API server listens on this machine's loopback only.
      hostNetwork: true,
      restartPolicy: "Never",
      serviceAccountName: "lastgood",
      terminationGracePeriodSeconds: 1,
      volumes: [
        ...[...lent, results].map((place, at) => ({ name: `lent-${at}`, hostPath: { path: place } })),
        { name: "work", configMap: { name: "work" } },
        {
          name: "account",
          projected: {
            sources: [
              { serviceAccountToken: { path: "token", expirationSeconds: 600 } },
              { configMap: { name: "authority" } },
            ],
          },
        },
      ],
      containers: [
        {
          name: "worker",
          image,
          imagePullPolicy: "Never",
          command: ["/bin/busybox", "sh", "-c", line],
          env: [
            { name: "KUBERNETES_SERVICE_HOST", value: host },
            { name: "KUBERNETES_SERVICE_PORT", value: port },
          ],
          volumeMounts: [
            ...lent.map((place, at) => ({ name: `lent-${at}`, mountPath: place, readOnly: true })),
            { name: `lent-${lent.length}`, mountPath: results },
            { name: "work", mountPath: "/work-to-do" },
            { name: "account", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
          ],
        },
      ],
    },
  });
  const read = (name: string): string => readFileSync(path.join(results, name), "utf8");
  try {
    let phase = "";
    await until("the worker in the pod has ended", async () => {
      const { value } = await cluster.api("GET", `${shop.core}/pods/worker`);
      ({ phase } = (value as { status: { phase: string } }).status);
      return phase === "Succeeded" || phase === "Failed";
    });
    if (phase === "Failed") throw new Error(`The worker in the pod failed: ${read("trouble")}`);
    return { told: JSON.parse(read("told")) as Told, text: read("told") };
  } finally {
    await rm(results, { recursive: true });
  }
}
