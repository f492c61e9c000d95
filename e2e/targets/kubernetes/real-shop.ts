import { request } from "undici";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { shopImage } from "#e2e/targets/kubernetes/image.ts";
import type { NodeWithPods } from "#e2e/targets/kubernetes/node-with-pods.ts";
import { openShop, repository } from "#e2e/targets/kubernetes/shop.ts";
import { rollbackTo, settingsFor } from "#e2e/targets/kubernetes/ways.ts";
import type { PlanRequest } from "#lib/adapters/contract.ts";
import type { JsonObject } from "#lib/domain/json.ts";

const port = 8080;
/** Both versions are ready: what is wrong with version 2 is what its users meet. */
const container = {
  imagePullPolicy: "Never",
  readinessProbe: { httpGet: { path: "/version", port }, periodSeconds: 1 },
};
const podHttp = { port, healthPath: "/health", versionPath: "/version" };

type PodSeen = {
  metadata: { name: string; labels?: Record<string, string>; deletionTimestamp?: string };
  status: { podIP?: string };
};
export type Told = { pod: string; version: string; health: number };

export type RealShop = Awaited<ReturnType<typeof openRealShop>>;

/** A shop in real pods: 1.0.0 works, 2.0.0 tells its version and fails its health check. */
export async function openRealShop(cluster: Cluster, node: NodeWithPods) {
  const images = {
    "1.0.0": await node.load(repository, shopImage("1.0.0", true)),
    "2.0.0": await node.load(repository, shopImage("2.0.0", false)),
  };
  const digestOf = (version: keyof typeof images): string => images[version].replace(/^.*@/, "");
  const shop = await openShop(cluster, container);
  const pods = async (labels: Record<string, string> = {}): Promise<PodSeen[]> => {
    const { value } = await cluster.api("GET", `${shop.core}/pods`);
    return (value as { items: PodSeen[] }).items.filter(
      ({ metadata }) =>
        metadata.deletionTimestamp === undefined &&
        Object.entries(labels).every(([key, wanted]) => metadata.labels?.[key] === wanted),
    );
  };
  const places: Record<string, () => Promise<JsonObject>> = {
    rolling: async () => {
      await released();
      return { strategy: "rolling" };
    },
    "sick from the start": async () => {
      await shop.deploy("shop", "2.0.0", { image: images["2.0.0"] });
      await shop.settled("shop");
      return { strategy: "direct" };
    },
    direct: async () => {
      await released();
      return { strategy: "direct" };
    },
    "blue-green": async () => {
      await shop.deploy("shop", "1.0.0", { image: images["1.0.0"], labels: { colour: "blue" } });
      await shop.deploy("shop-green", "2.0.0", { image: images["2.0.0"], labels: { colour: "green" } });
      await shop.service("shop", { app: "shop", colour: "green" });
      await shop.settled("shop", "shop-green");
      return { strategy: "blue-green", blueGreen: { service: "shop", deployments: ["shop", "shop-green"] } };
    },
  };
  const released = async (): Promise<void> => {
    await shop.deploy("shop", "1.0.0", { image: images["1.0.0"] });
    await shop.settled("shop");
    await shop.release("shop", "2.0.0", images["2.0.0"]);
    await shop.settled("shop");
  };
  return {
    ...shop,
    images,
    digestOf,
    /** Brings 2.0.0 out; gives the settings of the target. */
    bringOut: async (way: keyof typeof places): Promise<JsonObject> =>
      settingsFor(shop, { podHttp, ...(await places[way]?.()) }),
    request: (changes: Partial<PlanRequest> = {}): PlanRequest => {
      const { to, from: _from, ...rest } = rollbackTo();
      return {
        ...rest,
        from: { version: "2.0.0", artifacts: { ...to.artifacts, imageDigest: digestOf("2.0.0") } },
        to: { version: "1.0.0", artifacts: { ...to.artifacts, imageDigest: digestOf("1.0.0") } },
        ...changes,
      };
    },
    /** What each pod itself answers at its own address, past the API server. */
    told: async (labels?: Record<string, string>): Promise<Told[]> =>
      Promise.all(
        (await pods(labels)).map(async ({ metadata, status }) => {
          const at = `http://${status.podIP}:${port}`;
          const version = await request(`${at}/version`);
          const health = await request(`${at}/health`);
          await health.body.dump();
          const { version: says } = (await version.body.json()) as { version: string };
          return { pod: metadata.name, version: says, health: health.statusCode };
        }),
      ),
  };
}
