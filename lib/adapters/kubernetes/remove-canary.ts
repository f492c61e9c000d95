import type {
  AdapterContext,
  Evidence,
  Executor,
  Planned,
  PlanRequest,
  Receipt,
} from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { withKube } from "#lib/adapters/kubernetes/api.ts";
import type { Kube } from "#lib/adapters/kubernetes/api.ts";
import { isImage } from "#lib/adapters/kubernetes/image.ts";
import { callOf, findDeployment, pathOf, podsOf, readDeployment } from "#lib/adapters/kubernetes/look.ts";
import { podsEvidence } from "#lib/adapters/kubernetes/pod-versions.ts";
import { patiently, whatIsMissing } from "#lib/adapters/kubernetes/rollout.ts";
import type { CanaryRemoved, Settings } from "#lib/adapters/kubernetes/schema.ts";
import { containerOf, templatePrint } from "#lib/adapters/kubernetes/template.ts";
import { isPlanned, notSet, versionWanted } from "#lib/adapters/kubernetes/wanted.ts";
import { converge, requireSame } from "#lib/adapters/kubernetes/write.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = {
  /** Null: there is none. `pods`: wanted and still there. */
  canary: { uid: string; template: string; wanted: number; pods: number } | null;
  stable: { uid: string; template: string };
};

export async function planRemoval(
  ctx: Context,
  request: PlanRequest,
): Promise<Planned<CanaryRemoved, Observed> | null> {
  if (!isPlanned(ctx.settings, request, "remove-canary")) return null;
  const { canary, deployment } = ctx.settings;
  if (canary === undefined) throw notSet("canary", "canary");
  return withKube(ctx, async (kube) => {
    const wanted = await versionWanted(ctx, kube, request);
    const stable = await readDeployment(kube, ctx.settings, deployment);
    const { image } = containerOf(stable.spec.template, ctx.settings.container);
    if (!isImage(wanted.image, image)) throw notStable(deployment, image, wanted.image);
    const observed = await observe(kube, ctx.settings, canary.deployment, deployment);
    const end = canary.delete ? "and delete it" : "where it stays for whoever examines it";
    return {
      title:
        observed.canary === null
          ? `There is no canary ${canary.deployment}`
          : `Scale the canary ${canary.deployment} from ${observed.canary.wanted} to 0, ${end}`,
      desired: {
        canary: canary.deployment,
        uid: observed.canary?.uid ?? null,
        delete: canary.delete,
        stable: deployment,
        container: wanted.container,
        image: wanted.image,
      },
      observed,
    };
  });
}

export const removalExecutor: Executor<Settings, CanaryRemoved, Observed> = {
  observe: (ctx, desired) =>
    withKube(ctx, (kube) => observe(kube, ctx.settings, desired.canary, desired.stable)),
  stable: ({ canary, stable }) => ({
    canary: canary === null ? null : { uid: canary.uid, template: canary.template },
    stable,
  }),
  isDone: (desired, { canary }) =>
    canary === null ||
    (!desired.delete && canary.uid === desired.uid && canary.wanted === 0 && canary.pods === 0),
  apply: (ctx, desired, before) =>
    withKube(ctx, async (kube) => {
      if (before.canary !== null && before.canary.uid !== desired.uid)
        throw new Fault(
          "permanent",
          "DRIFT",
          `The canary ${desired.canary} is another one than was planned for.`,
          "Nothing was sent. Find out who deploys it, and make a new plan.",
        );
      await requireStable(ctx, kube, desired);
      const scaled = await scaleToZero(ctx, kube, desired, before.canary?.uid ?? "");
      if (!desired.delete) return scaled;
      await remove(ctx, kube, desired);
      return { ...scaled, changed: true, summary: `${desired.canary} is deleted.` };
    }),
  verify: (ctx, desired) => withKube(ctx, (kube) => patiently(ctx, () => isRemoved(ctx, kube, desired))),
};

async function observe(kube: Kube, settings: Settings, canary: string, stable: string): Promise<Observed> {
  const found = await findDeployment(kube, settings, canary);
  const { metadata, spec } = await readDeployment(kube, settings, stable);
  return {
    canary:
      found === null
        ? null
        : {
            uid: found.metadata.uid,
            template: templatePrint(found.spec.template),
            wanted: found.spec.replicas,
            pods: (await podsOf(kube, settings, found)).all.length,
          },
    stable: { uid: metadata.uid, template: templatePrint(spec.template) },
  };
}

/** Throws Fault unless the stable Deployment runs the wanted image and can take the traffic. */
async function requireStable(ctx: Context, kube: Kube, desired: CanaryRemoved): Promise<void> {
  const stable = await readDeployment(kube, ctx.settings, desired.stable);
  const { image } = containerOf(stable.spec.template, desired.container);
  if (!isImage(desired.image, image)) throw notStable(desired.stable, image, desired.image);
  const unfinished = whatIsMissing(stable) ?? (stable.spec.replicas === 0 ? "it has 0 pods" : null);
  if (unfinished === null) return;
  throw new Fault(
    "permanent",
    "STABLE_NOT_HEALTHY",
    `${desired.stable} cannot take all of the traffic: ${unfinished}.`,
    `The canary was left as it is. See that every pod of ${desired.stable} is ready, then retry.`,
  );
}

async function scaleToZero(ctx: Context, kube: Kube, desired: CanaryRemoved, uid: string): Promise<Receipt> {
  const receipt = await converge(ctx, kube, {
    kind: "deployments",
    name: desired.canary,
    uid,
    look: () => readDeployment(kube, ctx.settings, desired.canary),
    missing: ({ spec }) => (spec.replicas === 0 ? null : [{ op: "add", path: "/spec/replicas", value: 0 }]),
    summary: `${desired.canary} is to have 0 pods.`,
    data: { canary: desired.canary },
  });
  await patiently(ctx, async () => {
    const canary = await readDeployment(kube, ctx.settings, desired.canary);
    const left = (await podsOf(kube, ctx.settings, canary)).all.map(({ metadata }) => metadata.name);
    if (left.length > 0) throw stillEnds(left);
  });
  return receipt;
}

async function remove(ctx: Context, kube: Kube, desired: CanaryRemoved): Promise<void> {
  const { namespace } = ctx.settings;
  await patiently(ctx, async () => {
    const canary = await findDeployment(kube, ctx.settings, desired.canary);
    if (canary === null) return;
    requireSame(canary, desired.uid ?? "", "deployments", desired.canary);
    const { uid, resourceVersion } = canary.metadata;
    await kube.delete(
      callOf("delete", "deployments", namespace, desired.canary),
      pathOf("deployments", namespace, desired.canary),
      { uid, resourceVersion },
    );
  });
}

async function isRemoved(ctx: Context, kube: Kube, desired: CanaryRemoved): Promise<Evidence[]> {
  const { canary } = await observe(kube, ctx.settings, desired.canary, desired.stable);
  const title = `Canary ${desired.canary}`;
  if (canary !== null && (desired.delete || canary.wanted > 0))
    return [evidence(title, false, `It is there and is to have ${canary.wanted} pods.`)];
  if (canary !== null && canary.pods > 0) throw stillEnds([`${canary.pods} of ${desired.canary}`]);
  const stable = await readDeployment(kube, ctx.settings, desired.stable);
  const pods = (await podsOf(kube, ctx.settings, stable)).all;
  const gone = canary === null ? "It is gone." : "It has no pods; its Deployment stays, with 0 replicas.";
  return [evidence(title, true, gone), ...podsEvidence(pods, desired, stable.spec.replicas)];
}

const stillEnds = (pods: readonly string[]): Fault =>
  new Fault(
    "transient",
    "PODS_STILL_END",
    `${pods.join(", ")} have not ended.`,
    "Let each end in its time. If one does not, look what holds it: a finalizer, a volume, a node that does not answer.",
  );

const notStable = (deployment: string, image: string, wanted: string): Fault =>
  new Fault(
    "permanent",
    "STABLE_IS_ANOTHER",
    `${deployment} runs ${image}, not ${wanted}: without the canary another version would serve.`,
    "Choose the version that the stable Deployment runs, or the procedure that rolls the stable Deployment back.",
  );
