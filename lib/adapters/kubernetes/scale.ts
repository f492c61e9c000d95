import type { AdapterContext, Evidence, Executor, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { withKube } from "#lib/adapters/kubernetes/api.ts";
import { podsOf, readDeployment } from "#lib/adapters/kubernetes/look.ts";
import type { Deployment } from "#lib/adapters/kubernetes/objects.ts";
import { patiently } from "#lib/adapters/kubernetes/rollout.ts";
import type { Replicated, Settings } from "#lib/adapters/kubernetes/schema.ts";
import { isPlanned, revisionWanted } from "#lib/adapters/kubernetes/wanted.ts";
import { converge } from "#lib/adapters/kubernetes/write.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = { uid: string; replicas: number };
type Plan = Promise<Planned<Replicated, Observed> | null>;

export async function planStop(ctx: Context, request: PlanRequest): Plan {
  if (!isPlanned(ctx.settings, request, "stop")) return null;
  return withKube(ctx, async (kube) => {
    const deployment = await readDeployment(kube, ctx.settings, ctx.settings.deployment);
    return planned(
      deployment,
      0,
      `Stop ${deployment.metadata.name}: from ${pods(deployment.spec.replicas)} to 0`,
    );
  });
}

export async function planScale(ctx: Context, request: PlanRequest): Plan {
  if (!isPlanned(ctx.settings, request, "scale")) return null;
  return withKube(ctx, async (kube) => {
    const deployment = await readDeployment(kube, ctx.settings, ctx.settings.deployment);
    const recorded = await revisionWanted(ctx, kube, request, deployment).then(
      ({ set }) => Number(set.metadata.annotations["deployment.kubernetes.io/desired-replicas"] ?? 0),
      (error: unknown) => {
        // Its history may be gone; there are other sources of the number.
        if (error instanceof Fault && error.kind === "permanent") return 0;
        throw error;
      },
    );
    const { replicas: set, minimumReplicas } = ctx.settings;
    const [from, count] =
      set !== undefined
        ? ["as the settings say", set]
        : recorded > 0
          ? ["as the known-good revision had", recorded]
          : ["as there are now", deployment.spec.replicas];
    if (count === 0)
      throw new Fault(
        "permanent",
        "NO_REPLICA_COUNT",
        "The Deployment has 0 pods now, and nothing tells how many it should have.",
        "Set `replicas` in the settings of the target.",
      );
    const replicas = Math.max(count, minimumReplicas);
    const why = replicas > count ? "the least that the settings allow" : from;
    return planned(deployment, replicas, `Scale ${deployment.metadata.name} to ${pods(replicas)}, ${why}`);
  });
}

export const scaleExecutor: Executor<Settings, Replicated, Observed> = {
  observe: (ctx, desired) =>
    withKube(ctx, async (kube) => observed(await readDeployment(kube, ctx.settings, desired.deployment))),
  // How many there are may change by the minute, under an autoscaler; which Deployment it is may not.
  stable: ({ uid }) => ({ uid }),
  isDone: (desired, { uid, replicas }) => uid === desired.uid && replicas === desired.replicas,
  apply: (ctx, desired) =>
    withKube(ctx, (kube) =>
      converge(ctx, kube, {
        kind: "deployments",
        name: desired.deployment,
        uid: desired.uid,
        look: () => readDeployment(kube, ctx.settings, desired.deployment),
        missing: ({ spec }) =>
          spec.replicas === desired.replicas
            ? null
            : [{ op: "add", path: "/spec/replicas", value: desired.replicas }],
        summary: `${desired.deployment} is to have ${pods(desired.replicas)}.`,
        data: { deployment: desired.deployment, replicas: desired.replicas },
      }),
    ),
  verify: (ctx, desired) => withKube(ctx, (kube) => patiently(ctx, () => isScaled(ctx, kube, desired))),
};

/** At 0 it waits until no pod is left, one that is still ending included; the checks wait for pods to be ready. */
async function isScaled(
  ctx: Context,
  kube: Parameters<typeof podsOf>[0],
  desired: Replicated,
): Promise<Evidence[]> {
  const deployment = await readDeployment(kube, ctx.settings, desired.deployment);
  const { metadata, spec, status } = deployment;
  const title = `Size of ${desired.deployment}`;
  if (spec.replicas !== desired.replicas)
    return [evidence(title, false, `It is to have ${pods(spec.replicas)}; wanted are ${desired.replicas}.`)];
  if (status.observedGeneration < metadata.generation)
    throw underWay("The controller has not seen the change yet.");
  if (desired.replicas > 0) return [evidence(title, true, `It is to have ${pods(desired.replicas)}.`)];
  const left = (await podsOf(kube, ctx.settings, deployment)).all.filter(
    (pod) => !["Succeeded", "Failed"].includes(pod.status.phase),
  );
  if (left.length > 0 || status.replicas > 0)
    throw underWay(`${left.map((pod) => pod.metadata.name).join(", ")} have not ended.`);
  return [evidence(title, true, "It has no pods, and none is left that is still ending.")];
}

const underWay = (what: string): Fault =>
  new Fault(
    "transient",
    "PODS_STILL_END",
    what,
    "Let each end in its time. If one does not, look what holds it: a finalizer, a volume, a node that does not answer.",
  );

const observed = ({ metadata, spec }: Deployment): Observed => ({
  uid: metadata.uid,
  replicas: spec.replicas,
});

function planned(deployment: Deployment, replicas: number, title: string): Planned<Replicated, Observed> {
  const { name, uid } = deployment.metadata;
  return { title, desired: { deployment: name, uid, replicas }, observed: observed(deployment) };
}

const pods = (count: number): string => `${count} ${count === 1 ? "pod" : "pods"}`;
