import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { attempt, faultOf, identified, inspected, placeIn } from "#e2e/targets/kubernetes/attempt.ts";
import type { Place } from "#e2e/targets/kubernetes/attempt.ts";
import { kubernetesMissing, startCluster } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { expiredCertificate } from "#e2e/targets/kubernetes/expired.ts";
import { startMeddler } from "#e2e/targets/kubernetes/meddler.ts";
import type { Meddler } from "#e2e/targets/kubernetes/meddler.ts";
import { startNode } from "#e2e/targets/kubernetes/node-in-words.ts";
import type { NodeInWords } from "#e2e/targets/kubernetes/node-in-words.ts";
import { imageOf } from "#e2e/targets/kubernetes/shop.ts";
import { released, rollbackTo, settingsFor } from "#e2e/targets/kubernetes/ways.ts";
import { describeWith } from "#e2e/targets/needs.ts";

describeWith("Kubernetes 1.20, when things go wrong", kubernetesMissing(), () => {
  let cluster: Cluster;
  let node: NodeInWords;
  let meddler: Meddler;
  beforeAll(async () => {
    cluster = await startCluster();
    node = await startNode(cluster);
    meddler = await startMeddler(cluster);
  });
  afterEach(() => {
    meddler.answers = null;
  });
  afterAll(async () => {
    await meddler.stop();
    await node.stop();
    await cluster.stop();
  });
  const place = (settings: Place["settings"], changes: Partial<Place> = {}): Place =>
    placeIn(cluster, settings, changes);
  const meddled = (settings: Place["settings"]): Place => ({
    settings: { ...settings, allowUnverifiedTls: true },
    kubeconfig: meddler.kubeconfig,
    allow: [meddler.address],
  });
  const anywhere = { namespace: "default", deployment: "shop" };
  const changed = (change: (text: string) => string): Place =>
    place(anywhere, { kubeconfig: cluster.kubeconfig("admin", change) });

  describe("the way to the cluster", () => {
    it("tells an API server that is not there from one that is not allowed", async () => {
      const closed = changed((text) => text.replace(cluster.address, "127.0.0.1:1"));
      expect(await faultOf(identified({ ...closed, allow: ["127.0.0.1:1"] }))).toMatchObject({
        kind: "transient",
        code: "UNREACHABLE",
      });
      expect(await faultOf(identified(closed))).toMatchObject({ kind: "permanent", code: "ADDRESS_REFUSED" });
    });

    it("refuses wrong credentials, a context that is not there and a text that is no kubeconfig", async () => {
      const wrong = changed((text) => text.replace(/"token":"\w+"/, '"token":"wrong-4711"'));
      const fault = await faultOf(identified(wrong));
      expect(fault).toMatchObject({ kind: "permanent", code: "NOT_AUTHENTICATED" });
      expect(fault?.message).not.toContain("4711");
      expect(await faultOf(identified(place({ ...anywhere, context: "other" })))).toMatchObject({
        code: "NO_CONTEXT",
      });
      for (const text of ["", "{", "- a", "\u0000\u0001", "clusters: 1"])
        expect((await faultOf(identified(changed(() => text))))?.kind, text).toBe("permanent");
    });

    it("says that a worker which runs in no pod has no service account of its own", async () => {
      const inCluster = { ...place({ ...anywhere, inCluster: true }), kubeconfig: null };
      expect(await faultOf(identified(inCluster))).toMatchObject({ code: "NOT_IN_CLUSTER" });
      expect(await faultOf(identified({ ...inCluster, settings: anywhere }))).toMatchObject({
        code: "NO_KUBECONFIG",
      });
    });

    it("verifies certificates, unless kubeconfig and settings both say otherwise", async () => {
      const stranger = expiredCertificate().cert;
      const other = changed((text) =>
        text.replace(
          /"certificate-authority-data":"[^"]+"/,
          `"certificate-authority-data":"${Buffer.from(stranger).toString("base64")}"`,
        ),
      );
      expect(await faultOf(identified(other))).toMatchObject({ kind: "permanent", code: "TLS_REFUSED" });
      const unverified = changed((text) =>
        text.replace(/"certificate-authority-data":"[^"]+"/, '"insecure-skip-tls-verify":true'),
      );
      expect(await faultOf(identified(unverified))).toMatchObject({ code: "TLS_NOT_VERIFIED" });
      const settings = { ...anywhere, allowUnverifiedTls: true };
      expect(await identified({ ...unverified, settings })).toEqual(await identified(place(anywhere)));
    });

    it("names an expired certificate, the server's and its own", async () => {
      const { cert, key } = expiredCertificate();
      const own = changed((text) =>
        text.replace(
          /"token":"\w+"/,
          `"client-certificate-data":"${Buffer.from(cert).toString("base64")}","client-key-data":"${Buffer.from(key).toString("base64")}"`,
        ),
      );
      expect(await faultOf(identified(own))).toMatchObject({ code: "CERTIFICATE_EXPIRED" });
      const server = createServer({ cert, key }, (_request, answer) => answer.end("{}")).listen(
        0,
        "127.0.0.1",
      );
      await once(server, "listening");
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      const theirs = changed((text) =>
        text
          .replace(cluster.address, address)
          .replace(
            /"certificate-authority-data":"[^"]+"/,
            `"certificate-authority-data":"${Buffer.from(cert).toString("base64")}","tls-server-name":"x"`,
          ),
      );
      expect(await faultOf(identified({ ...theirs, allow: [address] }))).toMatchObject({
        kind: "permanent",
        code: "CERTIFICATE_EXPIRED",
      });
      server.close();
    });

    it("runs no program and uses no proxy that a kubeconfig names", async () => {
      const program = changed((text) =>
        text.replace(
          /"token":"\w+"/,
          '"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"/bin/false","interactiveMode":"Never"}',
        ),
      );
      expect(await faultOf(identified(program))).toMatchObject({ code: "KUBECONFIG_REFUSED" });
      const proxy = changed((text) =>
        text.replace('"server":', '"proxy-url":"http://127.0.0.1:1","server":'),
      );
      expect(await faultOf(identified(proxy))).toMatchObject({ code: "KUBECONFIG_REFUSED" });
    });

    it("tells what is no API server: other JSON, no JSON, a gigabyte, an overloaded one", async () => {
      const told = async (status: number, body: string | (() => Iterable<string>)) => {
        meddler.answers = { status, body };
        return faultOf(identified(meddled(anywhere)));
      };
      expect(await told(200, '{"hello":"world"}')).toMatchObject({ code: "NOT_AN_API_SERVER" });
      expect(await told(200, "\u0000\u0007<html>")).toMatchObject({ code: "NOT_AN_API_SERVER" });
      expect(await told(503, "busy")).toMatchObject({ kind: "transient", code: "API_UNAVAILABLE" });
      const endless = function* (): Iterable<string> {
        for (let part = 0; part < 16 * 1024; part++) yield "x".repeat(65_536);
      };
      expect(await told(200, endless)).toMatchObject({ kind: "permanent", code: "TOO_MUCH_OUTPUT" });
    });

    it("names the permission that is missing, and lists all of them", async () => {
      const shop = await released(cluster);
      const name = "looks-only";
      await shop.made(`/apis/rbac.authorization.k8s.io/v1/namespaces/${shop.namespace}/roles`, {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name },
        rules: [
          { apiGroups: ["apps"], resources: ["deployments", "replicasets"], verbs: ["get", "list"] },
          { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
        ],
      });
      await shop.made(`/apis/rbac.authorization.k8s.io/v1/namespaces/${shop.namespace}/rolebindings`, {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "guest" }],
      });
      const guest = place(settingsFor(shop), { kubeconfig: cluster.kubeconfig("guest") });
      const { fault } = await attempt(guest, rollbackTo(), "roll-to-revision");
      expect(fault).toMatchObject({ kind: "permanent", code: "NOT_PERMITTED" });
      expect(fault?.advice).toBe(
        `Give the account the permission to patch deployments.apps in the namespace ${shop.namespace}.`,
      );
      const permissions = (await inspected(guest)).evidence.find(({ title }) => title === "Permissions");
      expect(permissions).toMatchObject({ ok: false });
      expect(permissions?.detail).toContain("get namespaces, patch deployments.apps");
      await shop.close();
    });
  });

  describe("others at the same object", () => {
    it("looks again after a conflict, and changes it once", async () => {
      const shop = await released(cluster);
      meddler.beforeWrite = () =>
        shop.merge(`${shop.apps}/deployments/shop`, { metadata: { annotations: { touched: "yes" } } });
      const { fault, receipt, lines } = await attempt(
        meddled(settingsFor(shop)),
        rollbackTo(),
        "roll-to-revision",
      );
      expect(fault).toBeNull();
      expect(receipt).toMatchObject({ changed: true });
      expect(lines.join()).toContain("409");
      // The controllers touch it as well, so there may be more than one conflict.
      const statuses = cluster.writes(shop.namespace).map(({ status }) => status);
      expect(statuses[0]).toBe(409);
      expect(statuses.filter((status) => status < 300)).toEqual([200]);
      await shop.close();
    });

    it("sends nothing over somebody else's deployment of the same moment", async () => {
      const shop = await released(cluster);
      meddler.beforeWrite = () => shop.release("shop", "2.0.0", imageOf("2.0.0").replaceAll("2", "3"));
      const { fault } = await attempt(meddled(settingsFor(shop)), rollbackTo(), "roll-to-revision");
      expect(fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
      expect(cluster.writes(shop.namespace).filter(({ status }) => status < 300)).toEqual([]);
      await shop.close();
    });

    it("does not touch a Deployment that was made anew since the plan", async () => {
      const shop = await released(cluster);
      const { fault } = await attempt(
        place(settingsFor(shop, { strategy: "direct" })),
        rollbackTo(),
        "stop",
        async () => {
          await cluster.api("DELETE", `${shop.apps}/deployments/shop`);
          await shop.deploy("shop", "2.0.0");
        },
      );
      expect(fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
      expect((await shop.deployment("shop")).spec.replicas).toBe(3);
      await shop.close();
    });

    it.each(["losesAnswer", "losesWrite"] as const)(
      "settles a write by looking (%s), and the world changes once",
      async (harm) => {
        const shop = await released(cluster);
        meddler[harm] = true;
        const { fault, receipt } = await attempt(
          meddled(settingsFor(shop)),
          rollbackTo(),
          "roll-to-revision",
        );
        expect(fault).toBeNull();
        expect(receipt).toMatchObject({ changed: true });
        const done = cluster.writes(shop.namespace).filter(({ status }) => status < 300);
        expect(done).toHaveLength(1);
        await shop.close();
      },
    );

    it("says that it does not know when the cluster is gone right after a write", async () => {
      const own = await startMeddler(cluster);
      const shop = await released(cluster);
      Object.assign(own, { losesAnswer: true, isGoneAfterWrite: true });
      const cut = {
        settings: settingsFor(shop, { allowUnverifiedTls: true }),
        kubeconfig: own.kubeconfig,
        allow: [own.address],
      };
      const { fault } = await attempt(cut, rollbackTo(), "roll-to-revision");
      expect(fault).toMatchObject({ kind: "unknown", code: "WRITE_UNCERTAIN" });
      await own.stop();
      await shop.close();
    });
  });
});
