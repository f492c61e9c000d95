import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { attempt, inspected, placeIn, planFault, plansFor, step } from "#e2e/targets/kubernetes/attempt.ts";
import type { Place } from "#e2e/targets/kubernetes/attempt.ts";
import { kubernetesMissing, startCluster } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { startNode } from "#e2e/targets/kubernetes/node-in-words.ts";
import type { NodeInWords } from "#e2e/targets/kubernetes/node-in-words.ts";
import { imageOf, openShop } from "#e2e/targets/kubernetes/shop.ts";
import { released, rollbackTo, settingsFor, withCanary } from "#e2e/targets/kubernetes/ways.ts";
import { describeWith } from "#e2e/targets/needs.ts";

describeWith("Kubernetes 1.20, its pods and its history", kubernetesMissing(), () => {
  let cluster: Cluster;
  let node: NodeInWords;
  beforeAll(async () => {
    cluster = await startCluster();
    node = await startNode(cluster);
  });
  afterEach(() => {
    node.missing.clear();
    node.sick.clear();
  });
  afterAll(async () => {
    await node.stop();
    await cluster.stop();
  });
  const place = (settings: Place["settings"]): Place => placeIn(cluster, settings);

  describe("pods that do not come", () => {
    it("names the pod and its reason when the image is gone", async () => {
      const shop = await released(cluster);
      node.missing.add(imageOf("1.0.0"));
      const { fault } = await attempt(place(settingsFor(shop)), rollbackTo(), "roll-to-revision");
      expect(fault).toMatchObject({ kind: "permanent", code: "IMAGE_GONE" });
      expect(fault?.message).toMatch(/shop-\w+-\w+: ErrImagePull \(.*not found/);
      await shop.close();
    });

    it("calls a rollout stuck once its deadline is over, and takes it up again afterwards", async () => {
      const shop = await released(cluster);
      node.sick.add(imageOf("1.0.0"));
      const here = place(settingsFor(shop));
      const [planned] = await plansFor(here, rollbackTo(), "roll-to-revision");
      const { fault } = await step(here, "roll-to-revision", planned?.desired);
      expect(fault).toMatchObject({ kind: "permanent", code: "ROLLOUT_STUCK" });
      node.sick.clear();
      expect((await step(here, "roll-to-revision", planned?.desired)).fault).toBeNull();
      expect(cluster.writes(shop.namespace)).toHaveLength(1);
      await shop.close();
    });

    it("names the quota that keeps pods from being made", async () => {
      const shop = await released(cluster);
      await shop.made(`${shop.core}/resourcequotas`, {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "few" },
        spec: { hard: { pods: "3" } },
      });
      const { fault } = await attempt(place(settingsFor(shop)), rollbackTo(), "roll-to-revision");
      expect(fault).toMatchObject({ code: "QUOTA_EXCEEDED" });
      expect(fault?.message).toContain("few");
      await shop.close();
    });

    it("leaves traffic where it is while the other colour has no ready pod", async () => {
      const shop = await openShop(cluster);
      await shop.deploy("shop", "1.0.0", { labels: { colour: "blue" }, replicas: 0 });
      await shop.deploy("shop-green", "2.0.0", { labels: { colour: "green" } });
      await shop.service("shop", { app: "shop", colour: "green" });
      await shop.settled("shop-green");
      const blueGreen = { service: "shop", deployments: ["shop", "shop-green"] };
      const here = place(settingsFor(shop, { strategy: "blue-green", blueGreen }));
      const { fault } = await attempt(here, rollbackTo(), "switch-selector");
      expect(fault).toMatchObject({ kind: "permanent", code: "SLOT_NOT_READY" });
      expect(await shop.selector("shop")).toEqual({ app: "shop", colour: "green" });
      await shop.close();
    });

    it("keeps the canary while the stable version cannot take all of the traffic", async () => {
      const shop = await withCanary(cluster);
      const here = place(
        settingsFor(shop, { strategy: "canary", canary: { deployment: "shop-canary", delete: true } }),
      );
      const { fault } = await attempt(here, rollbackTo(), "remove-canary", async () => {
        node.sick.add(imageOf("1.0.0"));
        await shop.merge(`${shop.apps}/deployments/shop`, { spec: { replicas: 4 } });
      });
      expect(fault).toMatchObject({ kind: "permanent", code: "STABLE_NOT_HEALTHY" });
      expect((await shop.deployment("shop-canary")).spec.replicas).toBe(1);
      await shop.close();
    });
  });

  describe("what was recorded", () => {
    it("puts back the whole template of the history, resumes a paused rollout, and reads no revision number", async () => {
      const shop = await released(cluster);
      await shop.merge(`${shop.apps}/deployments/shop`, { spec: { paused: true } });
      const here = place(settingsFor(shop));
      const [planned] = await plansFor(here, rollbackTo(), "roll-to-revision");
      expect(planned?.title).toContain("resume");
      expect((await step(here, "roll-to-revision", planned?.desired)).fault).toBeNull();
      const [container] = (await shop.deployment("shop")).spec.template.spec.containers;
      expect(container).toMatchObject({ image: imageOf("1.0.0"), env: [{ value: "1.0.0" }] });
      // Its number is now 3; the same plan, done again, changes nothing.
      expect(await step(here, "roll-to-revision", planned?.desired)).toMatchObject({
        fault: null,
        receipt: null,
      });
      expect((await inspected(here)).current).toMatchObject({ version: "1.0.0" });
      await shop.close();
    });

    it("finds a revision without a digest by its label, and refuses what is not in the history", async () => {
      const shop = await released(cluster);
      const here = place(settingsFor(shop));
      const to = (version: string, imageDigest: string | null) => {
        const request = rollbackTo();
        return { ...request, to: { version, artifacts: { ...request.to.artifacts, imageDigest } } };
      };
      expect(await plansFor(here, to("1.0.0", null), "roll-to-revision")).toHaveLength(1);
      const gone = await planFault(here, to("0.9.0", `sha256:${"9".repeat(64)}`), "roll-to-revision");
      expect(gone).toMatchObject({ kind: "permanent", code: "REVISION_GONE" });
      expect(await planFault(here, to("0.9.0", null), "roll-to-revision")).toMatchObject({
        code: "REVISION_GONE",
      });
      expect(await planFault(here, to("1.0.0", "shop:1.0.0"), "roll-to-revision")).toMatchObject({
        code: "NO_DIGEST",
      });
      const direct = place(settingsFor(shop, { strategy: "direct" }));
      expect(await planFault(direct, to("1.0.0", null), "set-image")).toMatchObject({ code: "NO_DIGEST" });
      await shop.close();
    });

    it("plans what the procedure names, and without a name what the target's strategy is", async () => {
      const shop = await released(cluster);
      const here = place(settingsFor(shop, { strategy: "direct", replicas: 5, minimumReplicas: 2 }));
      const planned = async (named: string[] | null) => {
        const ids = [
          "stop",
          "set-image",
          "scale",
          "roll-to-revision",
          "switch-selector",
          "remove-canary",
          "restart",
        ];
        const all = await Promise.all(
          ids.map(async (id) => [id, (await plansFor(here, rollbackTo({ named }), id)).length] as const),
        );
        return all.filter(([, count]) => count > 0).map(([id]) => id);
      };
      expect(await planned(null)).toEqual(["stop", "set-image", "scale"]);
      expect(await planned(["roll-to-revision", "verify-pods"])).toEqual(["roll-to-revision"]);
      expect(await planned(["restart"])).toEqual(["restart"]);
      const [scale] = await plansFor(here, rollbackTo(), "scale");
      expect(scale?.desired).toMatchObject({ replicas: 5 });
      await shop.close();
    });

    it("says which Deployment is not there", async () => {
      const fault = await planFault(
        place({ namespace: "default", deployment: "shop" }),
        rollbackTo(),
        "roll-to-revision",
      );
      expect(fault).toMatchObject({ kind: "permanent", code: "DEPLOYMENT_GONE" });
      expect(fault?.message).toBe("There is no Deployment shop in default.");
    });

    it("refuses a stored configuration that is gone, that has changed, and a target that is immutable", async () => {
      const shop = await released(cluster);
      const configuration = { name: "shop-config", revisionName: "shop-config-{revision}" };
      const here = place(settingsFor(shop, { configuration }));
      const request = rollbackTo({ component: "configuration" });
      expect(await planFault(here, request, "restore-config-map")).toMatchObject({
        code: "CONFIGURATION_GONE",
      });
      await shop.store("ConfigMap", "shop-config-1.0.0", { LEVEL: "info" });
      await shop.store("ConfigMap", "shop-config", { LEVEL: "debug" });
      const { fault } = await attempt(here, request, "restore-config-map", () =>
        shop.merge(`${shop.core}/configmaps/shop-config-1.0.0`, { data: { LEVEL: "trace" } }),
      );
      expect(fault).toMatchObject({ kind: "permanent", code: "REVISION_CHANGED" });
      await shop.merge(`${shop.core}/configmaps/shop-config`, { immutable: true });
      expect(await planFault(here, request, "restore-config-map")).toMatchObject({ code: "IMMUTABLE" });
      await shop.close();
    });
  });
});
