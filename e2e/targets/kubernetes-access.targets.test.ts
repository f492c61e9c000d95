import { afterAll, beforeAll, expect, it } from "vitest";
import { faultOf, identified, inspected, placeIn, plansFor, step } from "#e2e/targets/kubernetes/attempt.ts";
import type { Place } from "#e2e/targets/kubernetes/attempt.ts";
import { kubernetesMissing, startCluster } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { startNode } from "#e2e/targets/kubernetes/node-in-words.ts";
import type { NodeInWords } from "#e2e/targets/kubernetes/node-in-words.ts";
import { documented, makeServiceAccount } from "#e2e/targets/kubernetes/service-account.ts";
import type { Rule } from "#e2e/targets/kubernetes/service-account.ts";
import { openWay } from "#e2e/targets/kubernetes/ways.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import type { PlanRequest } from "#lib/adapters/contract.ts";
import { kubernetes } from "#lib/adapters/kubernetes/index.ts";

const { objects, more } = documented();
const base = objects.find(({ kind }) => kind === "Role")?.rules ?? [];
const [, blueGreen = [], canary = [], configMap = [], secret = []] = more;
/** Each way with the rules that it needs, and of them those that only it is to be tried without. */
const needed: [way: string, besides: Rule[], triedWithout: Rule[]][] = [
  ["rolling", [], base],
  ["blue-green", blueGreen, blueGreen],
  ["canary, deleted", canary, canary],
  ["configuration by reference", configMap.slice(0, 1), configMap.slice(0, 1)],
  ["configuration by content, in a Secret", secret, secret],
];

describeWith("Kubernetes 1.20, by a service account with the documented rules", kubernetesMissing(), () => {
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

  it.each(needed)(
    "%s: the rules suffice, and without any one of them its name is told",
    async (way, besides, tried) => {
      const one = await openWay(cluster, way);
      const { namespace } = one.settings as { namespace: string };
      const rules = [...base, ...besides];
      const account = await makeServiceAccount(cluster, namespace, rules);
      const place = placeIn(cluster, one.settings, { kubeconfig: account.kubeconfig });
      for (const rule of tried)
        for (const verb of rule.verbs) {
          await account.allow(rules.map((each) => (each === rule ? without(rule, verb) : each)));
          const [group] = rule.apiGroups;
          const resource = `${rule.resources[0]}${group === "" ? "" : `.${group}`}`;
          const fault = await firstFault(place, one.request);
          expect(fault, `${verb} ${resource}`).toMatchObject({ kind: "permanent", code: "NOT_PERMITTED" });
          expect(fault?.advice).toBe(
            `Give the account the permission to ${verb} ${resource} in the namespace ${namespace}.`,
          );
          if (`${verb} ${resource}` === "get deployments.apps") continue;
          const found = await inspected(place).catch(() => null);
          const told = found?.evidence.find(({ title }) => title === "Permissions");
          if (found !== null)
            expect(told).toMatchObject({
              ok: false,
              detail: expect.stringContaining(`${verb} ${resource}`) as string,
            });
        }
      await account.allow(rules);
      expect(await firstFault(place, one.request)).toBeNull();
      const { evidence } = await inspected(place);
      expect(evidence.find(({ title }) => title === "Permissions")).toMatchObject({ ok: true });
      await one.stop();
    },
  );
});

const without = (rule: Rule, verb: string): Rule => ({
  ...rule,
  verbs: [...rule.verbs.filter((each) => each !== verb), "none"],
});

/** Of a whole rollback: which cluster it is, each plan, each step. Null: all of it went well. */
async function firstFault(
  place: Place,
  request: PlanRequest,
): Promise<{ kind: string; code: string; advice: string } | null> {
  const unknown = await faultOf(identified(place));
  if (unknown !== null) return unknown;
  for (const { id } of kubernetes.operations) {
    const unplanned = await faultOf(plansFor(place, request, id));
    if (unplanned !== null) return unplanned;
    for (const { desired } of await plansFor(place, request, id)) {
      const { fault } = await step(place, id, desired);
      if (fault !== null) return fault;
    }
  }
  return null;
}
