import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { BaseImage, Cluster } from "@ngrok/webernetes";
import type { ProcessContext } from "@ngrok/webernetes";
import type { Written } from "#e2e/targets/kubernetes/written.ts";

type Dictionary = Record<string, unknown>;
type DeploymentSeen = {
  metadata: { name: string; uid: string; generation?: number };
  spec: { replicas: number; template: { spec: object } };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
  };
};

const digests = { "1.0.0": "1".repeat(64), "2.0.0": "2".repeat(64) };
type Version = keyof typeof digests;
export const digestOf = (version: Version): string => `sha256:${digests[version]}`;
const imageOf = (version: Version): string => `shop@${digestOf(version)}`;

abstract class Shop extends BaseImage {
  static readonly imageName = "shop@sha256";
  readonly defaultCommand = ["server"];
  override async exec(ctx: ProcessContext, argv: readonly string[]): Promise<number> {
    return argv[0] === "server" ? ctx.waitUntilKilled() : super.exec(ctx, argv);
  }
}
class ShopOne extends Shop {
  static readonly imageVersion = digests["1.0.0"];
}
class ShopTwo extends Shop {
  static readonly imageVersion = digests["2.0.0"];
}

/** Kubernetes' controllers in this process, behind as much of the REST API as a rolling rollback asks for. */
export async function startKubernetesServer() {
  const cluster = new Cluster({ nodes: 1 });
  cluster.registerImage(ShopOne);
  cluster.registerImage(ShopTwo);
  await cluster.init();
  const { appsv1: apps, corev1: core } = cluster.api;
  const token = randomBytes(16).toString("hex");
  const writes: Written[] = [];
  const generations = new Map<string, { print: string; generation: number }>();

  /** The controllers here keep no generation: it is counted by changes of the spec, and seen once the newest ReplicaSet has its template. */
  const counted = async (value: unknown, namespace: string): Promise<unknown> => {
    const deployment = value as DeploymentSeen;
    const print = hash(deployment.spec);
    const known = generations.get(deployment.metadata.uid);
    const generation =
      known === undefined ? 1 : known.print === print ? known.generation : known.generation + 1;
    generations.set(deployment.metadata.uid, { print, generation });
    const { items } = await apps.listNamespacedReplicaSet({ namespace });
    const own = items.filter(
      ({ metadata }) => metadata?.ownerReferences?.[0]?.uid === deployment.metadata.uid,
    );
    const [newest] = own.toSorted((one, other) => revisionOf(other) - revisionOf(one));
    const desired = newest?.metadata?.annotations?.["deployment.kubernetes.io/desired-replicas"];
    const isSeen =
      hash(newest?.spec?.template?.spec) === hash(deployment.spec.template.spec) &&
      desired === String(deployment.spec.replicas) &&
      // Its status is that of the ReplicaSet before until the controller has counted the pods of the new one.
      (deployment.status?.updatedReplicas ?? 0) === (newest?.status?.replicas ?? 0);
    return {
      ...deployment,
      metadata: { ...deployment.metadata, generation },
      status: { ...deployment.status, observedGeneration: isSeen ? generation : generation - 1 },
    };
  };

  const answer = async (method: string, url: URL, body: unknown): Promise<unknown> => {
    const labelSelector = url.searchParams.get("labelSelector") ?? "";
    const [, namespace = "", kind = "", name = ""] =
      /\/namespaces\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(url.pathname) ?? [];
    const one = { namespace, name };
    switch (`${method} ${kind}${name === "" ? "" : "/"}`) {
      case "GET deployments/":
        return counted(await apps.readNamespacedDeployment(one), namespace);
      case "GET deployments":
        return apps.listNamespacedDeployment({ namespace });
      case "PATCH deployments/":
        return apps.replaceNamespacedDeployment({
          ...one,
          body: patched(await apps.readNamespacedDeployment(one), body),
        });
      case "GET replicasets":
        return apps.listNamespacedReplicaSet({ namespace, labelSelector });
      case "GET replicasets/":
        return apps.readNamespacedReplicaSet(one);
      case "GET pods":
        return core.listNamespacedPod({ namespace, labelSelector });
      case "GET ":
        if (url.pathname === "/version") return { gitVersion: "v1.36.0-in-process" };
        return core.readNamespace({ name: namespace });
      default:
        if (url.pathname.endsWith("/selfsubjectaccessreviews")) return { status: { allowed: true } };
        throw Object.assign(new Error("not served here"), { code: 404 });
    }
  };

  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
      const body = await text(incoming);
      const method = incoming.method ?? "GET";
      const reply = (status: number, value: unknown): void => {
        if (method === "PATCH" || method === "DELETE") {
          const [resource = "", name = ""] = url.pathname.split("/").slice(-2);
          writes.push({ verb: method.toLowerCase(), resource, name, body, status });
        }
        outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
      };
      if (incoming.headers.authorization !== `Bearer ${token}`) {
        reply(401, { kind: "Status", message: "Unauthorized" });
        return;
      }
      try {
        reply(200, await answer(method, url, body === "" ? undefined : JSON.parse(body)));
      } catch (error) {
        const code = error instanceof Error && "code" in error ? Number(error.code) : 500;
        reply(code, { kind: "Status", message: error instanceof Error ? error.message : "" });
      }
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const namespace = "default";

  return {
    address,
    writes,
    kubeconfig: JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server: `http://${address}` } }],
      users: [{ name: "u", user: { token } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    }),
    deploy: async (name: string, version: Version, replicas = 2) => {
      await cluster.apply([
        {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name, namespace },
          spec: {
            replicas,
            selector: { matchLabels: { deployment: name } },
            // All at once: the kubelets here look for changes once a second.
            strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 } },
            template: {
              metadata: { labels: { deployment: name, "app.kubernetes.io/version": version } },
              spec: {
                terminationGracePeriodSeconds: 0,
                containers: [{ name: "shop", image: imageOf(version) }],
              },
            },
          },
        },
      ]);
      for (let look = 0; look < 400; look++) {
        const seen = (await counted(
          await apps.readNamespacedDeployment({ name, namespace }),
          namespace,
        )) as DeploymentSeen;
        const { replicas: all, updatedReplicas, availableReplicas, observedGeneration } = seen.status ?? {};
        const pods = (await core.listNamespacedPod({ namespace, labelSelector: `deployment=${name}` })).items;
        if (
          observedGeneration === seen.metadata.generation &&
          [all, updatedReplicas, availableReplicas, pods.length].every((count) => count === replicas)
        )
          return;
        await delay(25);
      }
      throw new Error(`${name} was not rolled out.`);
    },
    print: async () => ({
      writes: writes.length,
      pods: (await core.listNamespacedPod({ namespace })).items
        .map(({ metadata }) => metadata?.name ?? "")
        .toSorted(),
    }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await cluster.close();
    },
  };
}

/** The controllers here take no JSON patch: it is applied to what they hold, and they check the resource version. */
function patched<Value>(value: Value, body: unknown): Value {
  const copy = structuredClone(value);
  for (const { path, value: wanted } of body as { path: string; value: unknown }[]) {
    const keys = path.slice(1).split("/");
    const last = keys.pop() ?? "";
    const parent = keys.reduce((at, key) => at[key] as Dictionary, copy as Dictionary);
    parent[last] = wanted;
  }
  return copy;
}

const revisionOf = ({ metadata }: { metadata?: { annotations?: Record<string, string> } }): number =>
  Number(metadata?.annotations?.["deployment.kubernetes.io/revision"] ?? 0);

const hash = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(value ?? null))
    .digest("hex");
