import { createHash } from "node:crypto";
import { digestOf } from "#lib/adapters/kubernetes/image.ts";
import { templateHashOf } from "#lib/adapters/kubernetes/look.ts";
import type { FoundReplicaSet } from "#lib/adapters/kubernetes/look.ts";
import { asJson } from "#lib/adapters/kubernetes/objects.ts";
import type { Template } from "#lib/adapters/kubernetes/objects.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { JsonObject } from "#lib/domain/json.ts";

export const restartMark = "kubectl.kubernetes.io/restartedAt";
const hashLabel = "pod-template-hash";

/** SHA-256 of a pod template. A restart leaves a mark in it, which makes it no other version: marks do not count. */
export function templatePrint(template: Template): string {
  const plain = withoutOwn(asJson(template));
  const metadata = plain["metadata"] as JsonObject;
  const annotations = withoutKey(metadata["annotations"] as JsonObject, restartMark);
  const counted = { ...plain, metadata: { ...metadata, annotations, creationTimestamp: null } };
  return createHash("sha256").update(canonical(counted)).digest("hex");
}

/** The template of a ReplicaSet as its Deployment had it: exactly as it came, without the label of the ReplicaSet. */
export function templateOfSet({ raw }: FoundReplicaSet): JsonObject {
  const spec = raw["spec"] as JsonObject;
  return withoutOwn(spec["template"] as JsonObject);
}

function withoutOwn(template: JsonObject): JsonObject {
  const metadata = (template["metadata"] ?? {}) as JsonObject;
  const labels = withoutKey((metadata["labels"] ?? {}) as JsonObject, hashLabel);
  return { ...template, metadata: { ...metadata, labels } };
}

function withoutKey(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** The container that holds the version. Throws Fault where a pod has several and none is named. */
export function containerOf(template: Template, name: string | undefined): { name: string; image: string } {
  const { containers } = template.spec;
  const found =
    name === undefined && containers.length === 1
      ? containers[0]
      : containers.find((one) => one.name === name);
  if (found !== undefined) return { name: found.name, image: found.image };
  throw new Fault(
    "permanent",
    "CONTAINER_NOT_NAMED",
    name === undefined
      ? `The pods have several containers: ${containers.map((one) => one.name).join(", ")}.`
      : `The pods have no container ${name}.`,
    "Name the container that holds the version in the settings.",
  );
}

type WantedRevision = {
  digest: string | null;
  version: string;
  /** What was recorded as configuration revision, which may be the template's hash. */
  configurationRevision: string | null;
  container: string | undefined;
  versionLabel: string;
};

/**
 * The ReplicaSet of the version to return to: by its image's digest, or without one by its version label; where several
 * have that, by the recorded template hash or the version label. Throws Fault where none or more than one fits.
 */
export function findRevision(sets: readonly FoundReplicaSet[], wanted: WantedRevision): FoundReplicaSet {
  const hasHash = (one: FoundReplicaSet) => templateHashOf(one.set) === wanted.configurationRevision;
  const hasVersion = (one: FoundReplicaSet) =>
    one.set.spec.template.metadata.labels[wanted.versionLabel] === wanted.version;
  const hasImage = (one: FoundReplicaSet) =>
    digestOf(containerOf(one.set.spec.template, wanted.container).image) === wanted.digest;
  const named =
    wanted.digest !== null
      ? sets.filter(hasImage)
      : sets.some(hasHash)
        ? sets.filter(hasHash)
        : sets.filter(hasVersion);
  const narrowed = [hasHash, hasVersion].reduce(
    (left, fits) => (distinct(left) > 1 && left.some(fits) ? left.filter(fits) : left),
    named,
  );
  const [first] = narrowed;
  if (first === undefined)
    throw new Fault(
      "permanent",
      "REVISION_GONE",
      wanted.digest === null
        ? `No revision in the Deployment's history carries the label ${wanted.versionLabel} of that version, and no image digest was recorded.`
        : `No revision in the Deployment's history has the recorded image.`,
      "Record the image's digest with each deployment, and keep enough revisions (revisionHistoryLimit). Now: choose the procedure that deploys the image directly.",
    );
  if (distinct(narrowed) > 1)
    throw new Fault(
      "permanent",
      "REVISION_AMBIGUOUS",
      `Several revisions have that image with different templates: ${narrowed.map(({ set }) => templateHashOf(set)).join(", ")}.`,
      "Record the pod-template-hash as configuration revision with each deployment, or label the template with its version.",
    );
  return first;
}

const distinct = (sets: readonly FoundReplicaSet[]): number =>
  new Set(sets.map(({ set }) => templatePrint(set.spec.template))).size;
