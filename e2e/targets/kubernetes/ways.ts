import type { ContractCase } from "#e2e/contract/contract-case.ts";
import type { PlanRequest } from "#lib/adapters/contract.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { digests, openShop, repository } from "#e2e/targets/kubernetes/shop.ts";
import type { Shop } from "#e2e/targets/kubernetes/shop.ts";
import { isWriteOf } from "#e2e/targets/kubernetes/written.ts";
import type { JsonObject } from "#lib/domain/json.ts";

export function rollbackTo(changes: Partial<PlanRequest> = {}): PlanRequest {
  const none = { commit: null, migrationHead: null, backup: null };
  return {
    component: "code",
    from: {
      version: "2.0.0",
      artifacts: { ...none, imageDigest: digests["2.0.0"], configurationRevision: "2.0.0" },
    },
    to: {
      version: "1.0.0",
      artifacts: { ...none, imageDigest: digests["1.0.0"], configurationRevision: "1.0.0" },
    },
    rollback: "rb_contract",
    named: null,
    ...changes,
  };
}

export function settingsFor(shop: Shop, more: JsonObject = {}): JsonObject {
  return { namespace: shop.namespace, deployment: "shop", timeoutMs: 10_000, ...more };
}

type Make = (cluster: Cluster) => Promise<ContractCase>;

/** Each way in which a version is taken back, on a shop that went from 1.0.0 to 2.0.0. */
export const ways: Record<string, Make> = {
  rolling: async (cluster) => {
    const shop = await released(cluster);
    return caseOf(cluster, shop, { strategy: "rolling" });
  },
  direct: async (cluster) => {
    const shop = await released(cluster);
    return caseOf(cluster, shop, { strategy: "direct", image: repository, minimumReplicas: 2 });
  },
  "blue-green": async (cluster) => {
    const shop = await openShop(cluster);
    await shop.deploy("shop", "1.0.0", { labels: { colour: "blue" } });
    await shop.deploy("shop-green", "2.0.0", { labels: { colour: "green" } });
    await shop.service("shop", { app: "shop", colour: "green" });
    await shop.settled("shop", "shop-green");
    return caseOf(cluster, shop, {
      strategy: "blue-green",
      blueGreen: { service: "shop", deployments: ["shop", "shop-green"] },
    });
  },
  canary: async (cluster) => caseOf(cluster, await withCanary(cluster), canary(false)),
  "canary, deleted": async (cluster) => caseOf(cluster, await withCanary(cluster), canary(true)),
  "configuration by reference": async (cluster) => {
    const shop = await released(cluster);
    await shop.store("ConfigMap", "shop-config-1.0.0", { LEVEL: "info" }, true);
    await shop.store("ConfigMap", "shop-config-2.0.0", { LEVEL: "debug" }, true);
    const settings = { configuration: { revisionName: "shop-config-{revision}" } };
    return caseOf(cluster, shop, settings, { component: "configuration" });
  },
  "configuration by content, in a Secret": async (cluster) => {
    const shop = await released(cluster);
    const encoded = (text: string) => Buffer.from(text).toString("base64");
    await shop.store("Secret", "shop-key", { KEY: encoded("a-broken-key-0815") });
    await shop.store("Secret", "shop-key-1.0.0", { KEY: encoded("a-good-key-4711") }, true);
    const settings = {
      configuration: { kind: "Secret", name: "shop-key", revisionName: "shop-key-{revision}" },
    };
    return caseOf(cluster, shop, settings, { component: "configuration" });
  },
};

/** The case of one way. */
export async function openWay(cluster: Cluster, way: string): Promise<ContractCase> {
  const make = ways[way];
  if (make === undefined) throw new Error(`There is no way ${way}.`);
  return make(cluster);
}

const canary = (isDeleted: boolean): JsonObject => ({
  strategy: "canary",
  canary: { deployment: "shop-canary", delete: isDeleted },
});

export async function released(cluster: Cluster): Promise<Shop> {
  const shop = await openShop(cluster);
  await shop.deploy("shop", "1.0.0");
  await shop.settled("shop");
  await shop.release("shop", "2.0.0");
  await shop.settled("shop");
  return shop;
}

export async function withCanary(cluster: Cluster): Promise<Shop> {
  const shop = await openShop(cluster);
  await shop.deploy("shop", "1.0.0");
  await shop.deploy("shop-canary", "2.0.0", { replicas: 1 });
  await shop.settled("shop", "shop-canary");
  return shop;
}

function caseOf(
  cluster: Cluster,
  shop: Shop,
  more: JsonObject,
  request: Partial<PlanRequest> = {},
): ContractCase {
  const settings = settingsFor(shop, more);
  return {
    adapter: "kubernetes",
    settings,
    secrets: { kubeconfig: cluster.kubeconfig() },
    allow: [cluster.address],
    request: rollbackTo(request),
    fingerprint: shop.print,
    effects: (operation) =>
      Promise.resolve(
        cluster.writes(shop.namespace).filter((one) => one.status < 300 && isWriteOf(operation, one)).length,
      ),
    wrongSettings: [
      {},
      { ...settings, namespace: "../kube-system" },
      { ...settings, deployment: "shop/scale" },
      { ...settings, inCluster: true, kubeconfigPath: "/etc/kubeconfig" },
      { ...settings, minimumReplicas: 0 },
      { ...settings, image: "shop:latest" },
      { ...settings, unknown: 1 },
    ],
    stop: shop.close,
  };
}
