import { excerpt } from "#lib/adapters/evidence.ts";
import type { Deployment, Pod } from "#lib/adapters/kubernetes/objects.ts";
import { Fault } from "#lib/domain/errors.ts";

const imageReasons = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
]);
const finalImageReasons = new Set(["ErrImageNeverPull", "InvalidImageName"]);
const isNotFound = /not found|manifest unknown|no such|does not exist|not present/i;

type Waiting = { pod: string; container: string; reason: string; message: string };

export const isReady = (pod: Pod): boolean =>
  isLive(pod) && pod.status.conditions.some(({ type, status }) => type === "Ready" && status === "True");
/** Neither ending nor ended. */
export const isLive = (pod: Pod): boolean =>
  (pod.metadata.deletionTimestamp ?? null) === null && !["Succeeded", "Failed"].includes(pod.status.phase);

/** Why containers of these pods do not run, as the pods themselves say. */
function waitingOf(pods: readonly Pod[]): Waiting[] {
  return pods.filter(isLive).flatMap(({ metadata, status }) =>
    [...status.initContainerStatuses, ...status.containerStatuses].flatMap(({ name, state }) => {
      const reason = state.waiting?.reason ?? "";
      const isStarting = ["", "ContainerCreating", "PodInitializing"].includes(reason);
      return isStarting
        ? []
        : [{ pod: metadata.name, container: name, reason, message: excerpt(state.waiting?.message ?? "") }];
    }),
  );
}

/** One sentence on each pod that does not run, at most five. */
export function troubleText(pods: readonly Pod[]): string {
  const waiting = waitingOf(pods).map(
    (one) => `${one.pod}: ${one.reason}${one.message === "" ? "" : ` (${one.message})`}`,
  );
  const unscheduled = pods
    .filter(isLive)
    .flatMap(({ metadata, status }) =>
      status.conditions
        .filter(({ type, status: is }) => type === "PodScheduled" && is === "False")
        .map(({ message }) => `${metadata.name} has no node: ${excerpt(message)}`),
    );
  const all = [...waiting, ...unscheduled];
  const more = all.length > 5 ? [`and ${all.length - 5} more`] : [];
  return [...all.slice(0, 5), ...more].join("; ");
}

/** What keeps pods of the wanted version from running, where waiting cannot help; null: waiting may help. */
export function podFault(pods: readonly Pod[]): Fault | null {
  const waiting = waitingOf(pods);
  const gone = waiting.find(
    ({ reason, message }) =>
      finalImageReasons.has(reason) || (imageReasons.has(reason) && isNotFound.test(message)),
  );
  if (gone !== undefined)
    return new Fault(
      "permanent",
      "IMAGE_GONE",
      `The image cannot be had. ${troubleText(pods)}`,
      "Have the pipeline build the recorded commit, and push the image under the same digest; or choose another version.",
    );
  const config = waiting.find(({ reason }) => reason === "CreateContainerConfigError");
  if (config !== undefined)
    return new Fault(
      "permanent",
      "CONFIGURATION_GONE",
      `A pod's configuration is missing. ${troubleText(pods)}`,
      "Put back the ConfigMap or Secret that the version refers to, then retry.",
    );
  return null;
}

/** What the controllers say keeps pods from being made; null: nothing. */
export function replicaFault({ metadata, status }: Deployment): Fault | null {
  const failure = status.conditions.find(
    ({ type, status: is }) => type === "ReplicaFailure" && is === "True",
  );
  if (failure === undefined) return null;
  const isQuota = /exceeded quota/i.test(failure.message);
  return new Fault(
    "transient",
    isQuota ? "QUOTA_EXCEEDED" : "PODS_REFUSED",
    `${metadata.name}: pods cannot be made: ${excerpt(failure.message)}`,
    isQuota
      ? "Raise the quota of the namespace, or free some of it."
      : "Read why the API server refuses the pods, and correct that.",
  );
}
