import type { Kube } from "#lib/adapters/kubernetes/api.ts";
import type { Call } from "#lib/adapters/kubernetes/api-fault.ts";
import {
  asJson,
  Deployment,
  listOf,
  Namespace,
  Pod,
  read,
  ReplicaSet,
  Service,
  Store,
} from "#lib/adapters/kubernetes/objects.ts";
import type { Settings } from "#lib/adapters/kubernetes/schema.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { Identity } from "#lib/adapters/contract.ts";
import { JsonObject } from "#lib/domain/json.ts";

type Where = Pick<Settings, "namespace">;
export type Kind = "deployments" | "replicasets" | "pods" | "services" | "configmaps" | "secrets";

/** Path of one object, or of all objects of a kind. */
export function pathOf(kind: Kind, namespace: string, name?: string): string {
  const group = kind === "deployments" || kind === "replicasets" ? "/apis/apps/v1" : "/api/v1";
  const all = `${group}/namespaces/${encodeURIComponent(namespace)}/${kind}`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

export function callOf(verb: Call["verb"], kind: Kind, namespace: string, name?: string): Call {
  const isApps = kind === "deployments" || kind === "replicasets";
  return { verb, resource: isApps ? `${kind}.apps` : kind, namespace, ...(name !== undefined && { name }) };
}

export async function readDeployment(kube: Kube, { namespace }: Where, name: string): Promise<Deployment> {
  const found = await findDeployment(kube, { namespace }, name);
  if (found !== null) return found;
  throw new Fault(
    "permanent",
    "DEPLOYMENT_GONE",
    `There is no Deployment ${name} in ${namespace}.`,
    "Check the name and the namespace in the settings, and that the kubeconfig leads to the right cluster.",
  );
}

export async function findDeployment(
  kube: Kube,
  { namespace }: Where,
  name: string,
): Promise<Deployment | null> {
  const value = await kube.find(
    callOf("get", "deployments", namespace, name),
    pathOf("deployments", namespace, name),
  );
  return value === null ? null : read(Deployment, value, `The Deployment ${name}`);
}

export async function readService(kube: Kube, { namespace }: Where, name: string): Promise<Service> {
  const value = await kube.get(
    callOf("get", "services", namespace, name),
    pathOf("services", namespace, name),
  );
  return read(Service, value, `The Service ${name}`);
}

/** A ConfigMap or Secret; null when it is not there. */
export async function findStore(
  kube: Kube,
  { namespace }: Where,
  kind: "ConfigMap" | "Secret",
  name: string,
): Promise<Store | null> {
  const plural = kind === "ConfigMap" ? "configmaps" : "secrets";
  const value = await kube.find(callOf("get", plural, namespace, name), pathOf(plural, namespace, name));
  return value === null ? null : read(Store, value, `The ${kind} ${name}`);
}

export type FoundReplicaSet = {
  set: ReplicaSet;
  /** The object exactly as it came. */
  raw: JsonObject;
};

/** The ReplicaSets of a Deployment, newest revision first. */
export async function replicaSetsOf(
  kube: Kube,
  { namespace }: Where,
  deployment: Deployment,
): Promise<FoundReplicaSet[]> {
  const value = await kube.get(
    callOf("list", "replicasets", namespace),
    `${pathOf("replicasets", namespace)}?labelSelector=${selectorQuery(deployment)}`,
  );
  return read(listOf(JsonObject), value, "The list of ReplicaSets")
    .items.map((raw) => ({ set: read(ReplicaSet, raw, "A ReplicaSet"), raw }))
    .filter(({ set }) => isOwnedBy(set, deployment.metadata.uid))
    .toSorted((a, b) => revisionOf(b.set) - revisionOf(a.set));
}

export async function readReplicaSet(
  kube: Kube,
  { namespace }: Where,
  name: string,
): Promise<FoundReplicaSet | null> {
  const value = await kube.find(
    callOf("get", "replicasets", namespace, name),
    pathOf("replicasets", namespace, name),
  );
  return value === null
    ? null
    : { set: read(ReplicaSet, value, `The ReplicaSet ${name}`), raw: asJson(value) };
}

/**
 * The pods of a Deployment: those that its own ReplicaSets made, whatever else has the same labels. `newest`: those of
 * the present template, once the controller has seen it.
 */
export async function podsOf(
  kube: Kube,
  where: Where,
  deployment: Deployment,
): Promise<{ all: Pod[]; newest: Pod[] }> {
  const sets = (await replicaSetsOf(kube, where, deployment)).map(({ set }) => set.metadata.uid);
  const pods = await podsWith(kube, where, deployment.spec.selector.matchLabels);
  const made = (by: readonly string[]) =>
    pods.filter((pod) => pod.metadata.ownerReferences.some(({ uid }) => by.includes(uid)));
  return { all: made(sets), newest: made(sets.slice(0, 1)) };
}

export async function podsWith(
  kube: Kube,
  { namespace }: Where,
  labels: Record<string, string>,
): Promise<Pod[]> {
  const value = await kube.get(
    callOf("list", "pods", namespace),
    `${pathOf("pods", namespace)}?labelSelector=${labelQuery(labels)}`,
  );
  return read(listOf(Pod), value, "The list of pods").items;
}

/** The cluster's identity: the UID of the namespace kube-system, which is made once and never again. */
export async function readIdentity(kube: Kube): Promise<Identity> {
  const value = await kube.get(
    { verb: "get", resource: "namespaces", name: "kube-system" },
    "/api/v1/namespaces/kube-system",
  );
  return {
    kind: "Kubernetes cluster",
    id: read(Namespace, value, "The namespace kube-system").metadata.uid,
  };
}

/** A Deployment's own number of a ReplicaSet. It moves when the template comes back, so it names nothing. */
export function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations["deployment.kubernetes.io/revision"] ?? 0);
}

export const templateHashOf = (set: ReplicaSet): string => set.metadata.labels["pod-template-hash"] ?? "";

const isOwnedBy = ({ metadata }: ReplicaSet, owner: string): boolean =>
  metadata.ownerReferences.some(({ uid, controller }) => uid === owner && controller !== false);
const labelQuery = (labels: Record<string, string>): string =>
  encodeURIComponent(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
  );
const selectorQuery = (deployment: Deployment): string => labelQuery(deployment.spec.selector.matchLabels);
