import type { AdapterContext, Executor, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { withKube } from "#lib/adapters/kubernetes/api.ts";
import type { Kube } from "#lib/adapters/kubernetes/api.ts";
import { readDeployment, readReplicaSet, revisionOf, templateHashOf } from "#lib/adapters/kubernetes/look.ts";
import type { Deployment } from "#lib/adapters/kubernetes/objects.ts";
import { rolledOut } from "#lib/adapters/kubernetes/rollout.ts";
import type { Revision, Settings } from "#lib/adapters/kubernetes/schema.ts";
import { refuseDrift } from "#lib/adapters/kubernetes/set-image.ts";
import { containerOf, templateOfSet, templatePrint } from "#lib/adapters/kubernetes/template.ts";
import { isPlanned, revisionWanted } from "#lib/adapters/kubernetes/wanted.ts";
import { converge } from "#lib/adapters/kubernetes/write.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { JsonObject } from "#lib/domain/json.ts";

type Context = AdapterContext<Settings>;
export type Observed = { uid: string; template: string; paused: boolean };

export async function planRoll(
  ctx: Context,
  request: PlanRequest,
): Promise<Planned<Revision, Observed> | null> {
  if (!isPlanned(ctx.settings, request, "roll-to-revision")) return null;
  return withKube(ctx, async (kube) => {
    const deployment = await readDeployment(kube, ctx.settings, ctx.settings.deployment);
    const found = await revisionWanted(ctx, kube, request, deployment);
    const template = templatePrint(found.set.spec.template);
    const { image } = containerOf(found.set.spec.template, ctx.settings.container);
    const { name, uid } = deployment.metadata;
    const isThere = templatePrint(deployment.spec.template) === template;
    const hash = templateHashOf(found.set);
    const resume = deployment.spec.paused ? ", and resume its rollouts" : "";
    return {
      title: isThere
        ? `${name} has the pod template ${hash} already${resume}`
        : `Roll ${name} to the pod template ${hash} (${image}, now revision ${revisionOf(found.set)})${resume}`,
      desired: {
        deployment: name,
        uid,
        replicaSet: found.set.metadata.name,
        templateHash: hash,
        template,
        image,
      },
      observed: observed(deployment),
    };
  });
}

export const rollExecutor: Executor<Settings, Revision, Observed> = {
  observe: (ctx, desired) =>
    withKube(ctx, async (kube) => observed(await readDeployment(kube, ctx.settings, desired.deployment))),
  stable: ({ uid, template }) => ({ uid, template }),
  isDone: (desired, { uid, template, paused }) =>
    uid === desired.uid && template === desired.template && !paused,
  apply: (ctx, desired, before) =>
    withKube(ctx, async (kube) => {
      const template = await signedTemplate(ctx, kube, desired);
      return converge(ctx, kube, {
        kind: "deployments",
        name: desired.deployment,
        uid: desired.uid,
        look: () => readDeployment(kube, ctx.settings, desired.deployment),
        missing: (deployment) => {
          const isThere = templatePrint(deployment.spec.template) === desired.template;
          if (!isThere) refuseDrift(deployment, before.template);
          if (isThere && !deployment.spec.paused) return null;
          return [
            ...(isThere ? [] : [{ op: "replace" as const, path: "/spec/template", value: template }]),
            ...(deployment.spec.paused
              ? [{ op: "replace" as const, path: "/spec/paused", value: false }]
              : []),
          ];
        },
        summary: `${desired.deployment} rolls to the pod template ${desired.templateHash}.`,
        data: { deployment: desired.deployment, templateHash: desired.templateHash, image: desired.image },
      });
    }),
  verify: (ctx, desired) =>
    withKube(ctx, async (kube) => {
      const { deployment } = await rolledOut(ctx, kube, desired.deployment);
      const { spec, status } = deployment;
      return [
        evidence(
          `Pod template of ${desired.deployment}`,
          templatePrint(spec.template) === desired.template,
          `It names ${containerOf(spec.template, ctx.settings.container).image}; wanted is the template ${desired.templateHash}.`,
        ),
        evidence(
          "Rollout",
          true,
          `${status.availableReplicas} of ${spec.replicas} pods are of this template and available, no other is left.`,
        ),
      ];
    }),
};

/** The template of the signed ReplicaSet, exactly as the server holds it. Throws Fault when it is gone or another. */
async function signedTemplate(ctx: Context, kube: Kube, desired: Revision): Promise<JsonObject> {
  const found = await readReplicaSet(kube, ctx.settings, desired.replicaSet);
  if (found !== null && templatePrint(found.set.spec.template) === desired.template)
    return templateOfSet(found);
  throw new Fault(
    "permanent",
    "REVISION_GONE",
    found === null
      ? `The ReplicaSet ${desired.replicaSet} with the signed pod template is gone.`
      : `The ReplicaSet ${desired.replicaSet} no longer holds the pod template that was signed.`,
    "Nothing was sent. Choose the procedure that deploys the image directly, and keep more revisions (revisionHistoryLimit).",
  );
}

const observed = ({ metadata, spec }: Deployment): Observed => ({
  uid: metadata.uid,
  template: templatePrint(spec.template),
  paused: spec.paused,
});
