import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
import { attempt, placeIn, plansFor, step } from "#e2e/targets/kubernetes/attempt.ts";
import { startCluster } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { podsMissing, startNodeWithPods } from "#e2e/targets/kubernetes/node-with-pods.ts";
import type { NodeWithPods } from "#e2e/targets/kubernetes/node-with-pods.ts";
import { documented, makeServiceAccount } from "#e2e/targets/kubernetes/service-account.ts";
import { openRealShop } from "#e2e/targets/kubernetes/real-shop.ts";
import { runInPod } from "#e2e/targets/kubernetes/worker-pod.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import type { Evidence } from "#lib/adapters/contract.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();

describeWith("Kubernetes 1.20 with real pods in containerd", podsMissing(), () => {
  let cluster: Cluster;
  let node: NodeWithPods;
  const pool = workerPool(
    () => database.url,
    () => database.client,
    2,
  );
  beforeAll(async () => {
    cluster = await startCluster();
    node = await startNodeWithPods(cluster);
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
  ] as const)(
    "%s: a sick version 2 is taken back with a worker killed at %s, and each pod itself answers that it is version 1",
    async (procedure, killedAt) => {
      const { client } = database;
      const shop = await openRealShop(cluster, node);
      const settings = await shop.bringOut(procedure);
      const served =
        procedure === "blue-green" ? { colour: (await shop.selector("shop"))["colour"] ?? "" } : {};
      expect(await shop.told(served)).toEqual(
        Array(3).fill({ pod: expect.any(String) as string, version: "2.0.0", health: 404 }),
      );
      const journey = {
        playbook: "distributed-kernel",
        procedure,
        scope: ["code" as const],
        place: {
          allow: [cluster.address],
          targets: [
            {
              component: "code" as const,
              adapter: "kubernetes",
              settings,
              secrets: { kubeconfig: "env:LASTGOOD_SECRET_KUBECONFIG" },
            },
          ],
        },
        good: { version: "1.0.0", hoursAgo: 24, imageDigest: shop.digestOf("1.0.0") },
        bad: { version: "2.0.0", hoursAgo: 1, imageDigest: shop.digestOf("2.0.0") },
      };
      const prepared = await prepareJourney(client, journey);
      await startJourney(client, prepared);
      await killAtIntent(client, pool, prepared.id, [killedAt]);
      const end = await followJourney(client, prepared);

      expect(end.state).toBe("monitoring");
      expect(end.takenOver).toHaveLength(1);
      expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
      // Error rates and latencies are measured elsewhere: no target here does it.
      const named = (await procedureSteps(journey, ["code"])).filter(
        (one) => !/verify-error-rate|verify-performance/.test(one),
      );
      expect(plannedSteps(prepared).filter((one) => named.includes(one))).toEqual(named);

      const now = procedure === "blue-green" ? { colour: (await shop.selector("shop"))["colour"] ?? "" } : {};
      const told = await shop.told(now);
      expect(told).toEqual(
        Array(3).fill({ pod: expect.any(String) as string, version: "1.0.0", health: 200 }),
      );
      const record = JSON.stringify(end.events);
      for (const { pod } of told) {
        expect(record).toContain(`Answer of pod ${pod}`);
        expect(record).toContain(`Health of pod ${pod}`);
      }
      await shop.close();
    },
  );

  it("is rolled back by a worker that is itself a pod, with its own service account and the documented rules", async () => {
    const shop = await openRealShop(cluster, node);
    const settings = await shop.bringOut("rolling");
    const { objects, more } = documented();
    const rules = objects.find(({ kind }) => kind === "Role")?.rules ?? [];
    const account = await makeServiceAccount(cluster, shop.namespace, [...rules, ...(more[0] ?? [])]);
    const operations = ["confirm", "roll-to-revision", "verify-version", "verify-pods", "verify-health"];
    const { told, text } = await runInPod(cluster, shop, shop.images["1.0.0"], {
      settings,
      request: shop.request(),
      operations,
    });
    expect(told.fault).toBeNull();
    expect(told.permissions).toMatchObject({ ok: true });
    expect(told.steps.map(({ id, fault }) => [id, fault])).toEqual(operations.map((id) => [id, null]));
    expect(told.steps.flatMap(({ evidence }) => evidence).filter(({ ok }) => !ok)).toEqual([]);
    expect(told.steps[1]?.receipt).toMatchObject({ changed: true });
    expect(text).not.toMatch(/eyJ[\w-]{20}/);
    const pods = (await shop.told({ deployment: "shop" })).map(({ version, health }) => ({
      version,
      health,
    }));
    expect(pods).toEqual(Array(3).fill({ version: "1.0.0", health: 200 }));

    await account.allow(rules);
    const place = placeIn(cluster, settings, { kubeconfig: account.kubeconfig });
    const { fault } = await attempt(place, shop.request(), "verify-pods");
    expect(fault).toMatchObject({ kind: "permanent", code: "NOT_PERMITTED" });
    expect(fault?.advice).toBe(
      `Give the account the permission to get pods/proxy in the namespace ${shop.namespace}.`,
    );
    await shop.close();
  });

  describe("what a pod itself answers", () => {
    const failed = (all: readonly Evidence[]): string[] =>
      all.filter(({ ok }) => !ok).map(({ title }) => title);

    it("counts, whatever its image and its probes say", async () => {
      const shop = await openRealShop(cluster, node);
      const place = placeIn(cluster, await shop.bringOut("sick from the start"));
      const names = (await shop.told()).map(({ pod }) => `Answer of pod ${pod}`);
      // The image of 2.0.0 under another name: by digest it is right, by its own word it is not.
      const to = { ...shop.request().from, version: "2.0.1" } as ReturnType<typeof shop.request>["to"];
      const { evidence } = await attempt(place, shop.request({ to }), "verify-pods");
      expect(failed(evidence).toSorted()).toEqual(names.toSorted());
      expect(evidence.find(({ ok }) => !ok)?.detail).toBe("/version answers version 2.0.0; wanted is 2.0.1.");
      // Ready by its probe, and sick by its own word.
      const sick = await attempt(place, shop.request({ to }), "verify-health");
      expect(sick.fault).toMatchObject({ kind: "transient", code: "NOT_HEALTHY" });
      expect(sick.fault?.message).toMatch(/^shop-\w+-\w+: \/health answered 404/);
      await shop.close();
    });

    it("is asked at the port of the settings, and a port where nobody listens is named", async () => {
      const shop = await openRealShop(cluster, node);
      const settings = await shop.bringOut("sick from the start");
      const place = placeIn(cluster, { ...settings, podHttp: { port: 8081, versionPath: "/version" } });
      const [planned] = await plansFor(place, shop.request({ to: shop.request().to }), "verify-pods");
      const { fault } = await step(place, "verify-pods", planned?.desired);
      expect(fault).toMatchObject({ kind: "transient", code: "POD_UNREACHABLE" });
      expect(fault?.message).toContain("connection refused");
      expect(fault?.advice).toContain("port 8081");
      await shop.close();
    });

    it("never comes where the image is not on the node, and the kubelet says so", async () => {
      const shop = await openRealShop(cluster, node);
      const place = placeIn(cluster, { ...(await shop.bringOut("sick from the start")), replicas: 1 });
      const gone = `sha256:${"9".repeat(64)}`;
      const request = shop.request();
      const to = { version: "0.9.0", artifacts: { ...request.to.artifacts, imageDigest: gone } };
      expect((await attempt(place, { ...request, to }, "set-image")).fault).toBeNull();
      const { fault } = await attempt(place, { ...request, to }, "verify-pods");
      expect(fault).toMatchObject({ kind: "permanent", code: "IMAGE_GONE" });
      expect(fault?.message).toContain("ErrImageNeverPull");
      await shop.close();
    });
  });
});
