import { readFileSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { until } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";

export type Rule = { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] };
type Written = { kind: string; metadata: { name: string; namespace?: string }; rules?: Rule[] };

const page = path.resolve(import.meta.dirname, "../../../docs/kubernetes-access.md");

/** What the documentation tells people to write: the objects of the first block, and the rules of each other block. */
export function documented(): { objects: Written[]; more: Rule[][] } {
  const blocks = [...readFileSync(page, "utf8").matchAll(/```yaml\n([^]*?)```/g)].map(([, text]) =>
    parseAllDocuments(text ?? "").map((one) => one.toJS() as unknown),
  );
  const [objects = [], ...more] = blocks;
  return { objects: objects as Written[], more: more.map(([rules]) => rules as Rule[]) };
}

/**
 * Makes the service account of the documentation with these rules in its Role, and a token of it. Gives a kubeconfig,
 * and a way to give it other rules.
 */
export async function makeServiceAccount(cluster: Cluster, namespace: string, rules: readonly Rule[]) {
  const core = `/api/v1/namespaces/${namespace}`;
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const role = `${rbac}/namespaces/${namespace}/roles`;
  const paths: Record<string, string> = {
    ServiceAccount: `${core}/serviceaccounts`,
    Role: role,
    RoleBinding: `${rbac}/namespaces/${namespace}/rolebindings`,
    ClusterRole: `${rbac}/clusterroles`,
    ClusterRoleBinding: `${rbac}/clusterrolebindings`,
  };
  const made = async (path: string, body: unknown): Promise<unknown> => {
    const { status, value } = await cluster.api("POST", path, body);
    if (status >= 300) throw new Error(JSON.stringify(value));
    return value;
  };
  for (const one of documented().objects) {
    // What is in no namespace gets a name of its own: several tests share the cluster.
    const text = JSON.stringify(one)
      .replaceAll('"namespace":"shop"', `"namespace":"${namespace}"`)
      .replaceAll('"lastgood-identity"', `"lastgood-identity-${namespace}"`);
    await made(paths[one.kind] ?? "", {
      ...(JSON.parse(text) as Written),
      ...(one.kind === "Role" && { rules }),
    });
  }
  const { status } = (await made(`${core}/serviceaccounts/lastgood/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {},
  })) as { status: { token: string } };
  let turn = 0;
  return {
    token: status.token,
    kubeconfig: cluster.kubeconfig("admin", (text) =>
      text.replace(/"token":"\w+"/, `"token":"${status.token}"`),
    ),
    /** Waits until the API server goes by the new rules, as a mark among them tells. */
    allow: async (now: readonly Rule[]): Promise<void> => {
      const mark = `mark-${++turn}`;
      const changed = [...now, { apiGroups: ["test"], resources: [mark], verbs: ["get"] }];
      await cluster.api("PATCH", `${role}/lastgood`, { rules: changed }, "application/merge-patch+json");
      await until("the API server goes by the new rules", async () => {
        const { value } = await cluster.api("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SubjectAccessReview",
          spec: {
            user: `system:serviceaccount:${namespace}:lastgood`,
            resourceAttributes: { namespace, verb: "get", group: "test", resource: mark },
          },
        });
        return (value as { status: { allowed: boolean } }).status.allowed;
      });
    },
  };
}
