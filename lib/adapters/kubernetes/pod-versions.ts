import type { Evidence } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { digestOf, isImage } from "#lib/adapters/kubernetes/image.ts";
import type { Pod } from "#lib/adapters/kubernetes/objects.ts";
import { isLive, isReady } from "#lib/adapters/kubernetes/pod-trouble.ts";

type Wanted = { container: string; image: string };

/**
 * What a pod runs, as its own status tells, and whether that is the wanted image. A digest counts where the pod's spec
 * names it, which its node must obey, or where the node reports it; a tag alone counts only word for word.
 */
export function podVersion(pod: Pod, wanted: Wanted): { isWanted: boolean; runs: string } {
  const spec = pod.spec.containers.find(({ name }) => name === wanted.container);
  const status = pod.status.containerStatuses.find(({ name }) => name === wanted.container);
  if (spec === undefined) return { isWanted: false, runs: `no container ${wanted.container}` };
  const digest = digestOf(wanted.image);
  const isReported = digest !== null && digestOf(status?.imageID ?? "") === digest;
  return {
    isWanted: isImage(wanted.image, spec.image) || (digestOf(spec.image) === null && isReported),
    runs: digestOf(spec.image) === null && status?.imageID ? `${spec.image} (${status.imageID})` : spec.image,
  };
}

/** Proof, pod by pod: how many of the wanted number are ready on the wanted image, and every odd one by its name. */
export function podsEvidence(pods: readonly Pod[], wanted: Wanted, count: number): Evidence[] {
  const live = pods.filter(isLive);
  const ready = live.filter(isReady);
  const right = ready.filter((pod) => podVersion(pod, wanted).isWanted);
  const odd = live.filter((pod) => !podVersion(pod, wanted).isWanted);
  const ending = pods.filter((pod) => (pod.metadata.deletionTimestamp ?? null) !== null);
  const isByTag = digestOf(wanted.image) === null;
  const names = odd.map((pod) => `${pod.metadata.name} runs ${podVersion(pod, wanted).runs}`);
  const details = [
    `${right.length} of ${count} pods are ready and run ${wanted.image}.`,
    ...(names.length === 0 ? [] : [`Odd: ${names.join("; ")}.`]),
    ...(ending.length === 0 ? [] : [`Still ending: ${ending.map((pod) => pod.metadata.name).join(", ")}.`]),
    ...(isByTag ? ["No digest is recorded: the pods are compared by the image's tag, which can move."] : []),
  ];
  const isWhole = odd.length === 0 && right.length >= count && count > 0;
  return [
    evidence("Version of every pod", isWhole, details.join(" ")),
    ...right.map((pod) =>
      evidence(`Pod ${pod.metadata.name}`, true, `Ready, runs ${podVersion(pod, wanted).runs}.`),
    ),
  ];
}
