import { randomBytes } from "node:crypto";
import { until } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";

export const digests = { "1.0.0": `sha256:${"1".repeat(64)}`, "2.0.0": `sha256:${"2".repeat(64)}` };
export type Version = keyof typeof digests;
export const repository = "registry.example:5000/shop";
export const imageOf = (version: Version): string => `${repository}@${digests[version]}`;

type DeploymentSeen = {
  metadata: { generation: number; uid: string };
  spec: {
    replicas: number;
    template: { spec: { containers: { image: string; env?: { value?: string }[] }[] } };
  };
  status: {
    observedGeneration?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    replicas?: number;
  };
};

/** A namespace of its own with what one test needs, and the ways to change it. */
export type Shop = Awaited<ReturnType<typeof openShop>>;

/** `container`: what its container has besides, such as a probe. */
export async function openShop(cluster: Cluster, container: object = {}) {
  const namespace = `shop-${randomBytes(4).toString("hex")}`;
  const made = async (path: string, body: unknown): Promise<void> => {
    const { status, value } = await cluster.api("POST", path, body);
    if (status >= 300) throw new Error(JSON.stringify(value));
  };
  await made("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const core = `/api/v1/namespaces/${namespace}`;
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  const deployment = async (name: string): Promise<DeploymentSeen> =>
    (await cluster.api("GET", `${apps}/deployments/${name}`)).value as DeploymentSeen;
  const merge = async (path: string, body: unknown): Promise<void> => {
    const { status, value } = await cluster.api("PATCH", path, body, "application/merge-patch+json");
    if (status >= 300) throw new Error(JSON.stringify(value));
  };
  const containers = (version: Version, image: string) => [
    {
      name: "shop",
      image,
      env: [{ name: "VERSION", value: version }],
      envFrom: [{ configMapRef: { name: `shop-config-${version}`, optional: true } }],
      ...container,
    },
  ];
  const shop = {
    namespace,
    core,
    apps,
    deployment,
    merge,
    made,
    /** Makes a Deployment; labels tell its pods from those of others. */
    deploy: (
      name: string,
      version: Version,
      more: { replicas?: number; labels?: Record<string, string>; image?: string; spec?: object } = {},
    ) => {
      const labels = { app: "shop", deployment: name, ...more.labels };
      return made(`${apps}/deployments`, {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name },
        spec: {
          replicas: more.replicas ?? 3,
          progressDeadlineSeconds: 5,
          selector: { matchLabels: { deployment: name } },
          ...more.spec,
          template: {
            metadata: { labels: { ...labels, "app.kubernetes.io/version": version } },
            spec: {
              terminationGracePeriodSeconds: 1,
              containers: containers(version, more.image ?? imageOf(version)),
            },
          },
        },
      });
    },
    /** Releases another version as a pipeline does. */
    release: (name: string, version: Version, image = imageOf(version)) =>
      merge(`${apps}/deployments/${name}`, {
        spec: {
          template: {
            metadata: { labels: { "app.kubernetes.io/version": version } },
            spec: { containers: containers(version, image) },
          },
        },
      }),
    settled: (...names: string[]) =>
      until(`${names.join(", ")} rolled out`, async () => {
        const all = await Promise.all(names.map(deployment));
        const { value } = await cluster.api("GET", `${core}/pods`);
        const pods = (value as { items: { metadata: { deletionTimestamp?: string } }[] }).items;
        if (pods.some(({ metadata }) => metadata.deletionTimestamp !== undefined)) return false;
        return all.every(
          ({ metadata, spec, status }) =>
            (status.observedGeneration ?? 0) >= metadata.generation &&
            (status.updatedReplicas ?? 0) === spec.replicas &&
            (status.replicas ?? 0) === spec.replicas &&
            (status.availableReplicas ?? 0) === spec.replicas,
        );
      }),
    service: (name: string, selector: Record<string, string>) =>
      made(`${core}/services`, {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name },
        spec: { selector, ports: [{ port: 80 }] },
      }),
    selector: async (name: string): Promise<Record<string, string>> => {
      const { value } = await cluster.api("GET", `${core}/services/${name}`);
      return (value as { spec: { selector: Record<string, string> } }).spec.selector;
    },
    store: (kind: "ConfigMap" | "Secret", name: string, data: Record<string, string>, immutable = false) =>
      made(`${core}/${kind === "Secret" ? "secrets" : "configmaps"}`, {
        apiVersion: "v1",
        kind,
        metadata: { name },
        immutable,
        data,
      }),
    /** All that may not change while somebody only looks. */
    print: async () => {
      const list = async (path: string) =>
        ((await cluster.api("GET", path)).value as { items: { metadata: { name: string; uid: string } }[] })
          .items;
      const deployments = await list(`${apps}/deployments`);
      return {
        writes: cluster.writes(namespace).length,
        deployments: await Promise.all(
          deployments.map(async ({ metadata }) => [
            metadata.name,
            metadata.uid,
            (await deployment(metadata.name)).metadata.generation,
          ]),
        ),
        pods: (await list(`${core}/pods`)).map(({ metadata }) => metadata.name).toSorted(),
      };
    },
    close: async () => {
      await cluster.api("DELETE", `/api/v1/namespaces/${namespace}`);
    },
  };
  return shop;
}
