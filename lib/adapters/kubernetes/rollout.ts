import { setTimeout as delay } from "node:timers/promises";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import type { Kube } from "#lib/adapters/kubernetes/api.ts";
import { podsOf, readDeployment } from "#lib/adapters/kubernetes/look.ts";
import type { Deployment, Pod } from "#lib/adapters/kubernetes/objects.ts";
import { podFault, replicaFault, troubleText } from "#lib/adapters/kubernetes/pod-trouble.ts";
import type { Settings } from "#lib/adapters/kubernetes/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

const patienceMs = 20_000;
const everyMs = 250;
/** A rollout that was stuck before shows so until the controller has made its first move. */
const stuckMs = 10_000;

/** Looks again and again for a while, as long as what `look` throws is `transient`. */
export async function patiently<Result>(
  ctx: AdapterContext<Settings>,
  look: () => Promise<Result>,
): Promise<Result> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      const mayPass = error instanceof Fault && error.kind === "transient" && error.code !== "CANCELLED";
      if (!mayPass || ctx.signal.aborted || performance.now() > until) throw error;
    }
    await delay(everyMs, undefined, { signal: ctx.signal }).catch(() => undefined);
  }
}

/**
 * Waits until every pod of a Deployment comes from its present template and is available. Throws Fault: `transient`
 * ROLLOUT_UNDER_WAY, QUOTA_EXCEEDED or PODS_REFUSED, `permanent` ROLLOUT_STUCK, IMAGE_GONE or CONFIGURATION_GONE.
 */
export async function rolledOut(
  ctx: AdapterContext<Settings>,
  kube: Kube,
  name: string,
): Promise<{ deployment: Deployment; pods: Pod[] }> {
  let stuckSince: number | null = null;
  return patiently(ctx, async () => {
    const deployment = await readDeployment(kube, ctx.settings, name);
    const unfinished = whatIsMissing(deployment);
    const pods = await podsOf(kube, ctx.settings, deployment);
    if (unfinished === null) return { deployment, pods: pods.all };
    const hasBeenSeen = deployment.status.observedGeneration >= deployment.metadata.generation;
    const fault = hasBeenSeen ? podFault(pods.newest) : null;
    if (fault !== null) throw fault;
    const trouble = troubleText(pods.newest);
    const replica = replicaFault(deployment);
    if (!isStuck(deployment)) stuckSince = null;
    else if (performance.now() - (stuckSince ??= performance.now()) > stuckMs)
      throw replica === null
        ? new Fault(
            "permanent",
            "ROLLOUT_STUCK",
            `The rollout of ${name} makes no progress: ${unfinished}. ${trouble}`.trim(),
            "Look at the pods that are named. Settle what holds them (image, quota, nodes, a failing probe), then retry.",
          )
        : new Fault("permanent", replica.code, replica.message, replica.advice);
    if (replica !== null) throw replica;
    throw new Fault(
      "transient",
      "ROLLOUT_UNDER_WAY",
      `The rollout of ${name} is not complete: ${unfinished}. ${trouble}`.trim(),
      "It is looked at again. If it stays like this, look at the pods that are named.",
    );
  });
}

/** What a rollout still lacks, as `kubectl rollout status` would say; null: it is complete. */
export function whatIsMissing({ metadata, spec, status }: Deployment): string | null {
  if (status.observedGeneration < metadata.generation) return "the controller has not seen the change yet";
  if (spec.paused && status.updatedReplicas < spec.replicas) return "the Deployment is paused";
  if (status.updatedReplicas < spec.replicas)
    return `${status.updatedReplicas} of ${spec.replicas} pods come from the wanted template`;
  if (status.replicas > status.updatedReplicas)
    return `${status.replicas - status.updatedReplicas} old pods have not ended`;
  if (status.availableReplicas < spec.replicas)
    return `${status.availableReplicas} of ${spec.replicas} pods are available`;
  return null;
}

const isStuck = ({ status }: Deployment): boolean =>
  status.conditions.some(
    ({ type, status: is, reason }) =>
      type === "Progressing" && is === "False" && reason === "ProgressDeadlineExceeded",
  );
