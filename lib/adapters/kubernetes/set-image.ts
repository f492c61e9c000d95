import type { AdapterContext, Executor, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { withKube } from "#lib/adapters/kubernetes/api.ts";
import { isImage, repositoryOf } from "#lib/adapters/kubernetes/image.ts";
import { readDeployment } from "#lib/adapters/kubernetes/look.ts";
import type { Deployment } from "#lib/adapters/kubernetes/objects.ts";
import type { ImageWanted, Settings } from "#lib/adapters/kubernetes/schema.ts";
import { containerOf, templatePrint } from "#lib/adapters/kubernetes/template.ts";
import { imageWanted, isPlanned } from "#lib/adapters/kubernetes/wanted.ts";
import { converge } from "#lib/adapters/kubernetes/write.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = { uid: string; template: string; image: string; paused: boolean };

export async function planSetImage(
  ctx: Context,
  request: PlanRequest,
): Promise<Planned<ImageWanted, Observed> | null> {
  if (!isPlanned(ctx.settings, request, "set-image")) return null;
  return withKube(ctx, async (kube) => {
    const deployment = await readDeployment(kube, ctx.settings, ctx.settings.deployment);
    const { name, uid } = deployment.metadata;
    const { container, image } = imageWanted(ctx, request, deployment);
    const resume = deployment.spec.paused ? ", and resume its rollouts" : "";
    return {
      title: `Set the image of ${name} to ${image}${resume}`,
      desired: { deployment: name, uid, container, image },
      observed: observed(deployment, container),
      notReverted: [
        {
          what: `Everything else in the pod template of ${name}`,
          why: "Only the image is set. The rolling procedure puts the whole template back.",
        },
      ],
    };
  });
}

export const setImageExecutor: Executor<Settings, ImageWanted, Observed> = {
  observe: (ctx, desired) =>
    withKube(ctx, async (kube) =>
      observed(await readDeployment(kube, ctx.settings, desired.deployment), desired.container),
    ),
  stable: ({ uid, template }) => ({ uid, template }),
  isDone: (desired, { uid, image, paused }) => uid === desired.uid && isSame(desired.image, image) && !paused,
  apply: (ctx, desired, before) =>
    withKube(ctx, (kube) =>
      converge(ctx, kube, {
        kind: "deployments",
        name: desired.deployment,
        uid: desired.uid,
        look: () => readDeployment(kube, ctx.settings, desired.deployment),
        missing: (deployment) => {
          const { spec } = deployment;
          const at = spec.template.spec.containers.findIndex(({ name }) => name === desired.container);
          const present = spec.template.spec.containers[at];
          const isThere = present !== undefined && isSame(desired.image, present.image);
          if (!isThere) refuseDrift(deployment, before.template);
          if (isThere && !spec.paused) return null;
          return [
            ...(isThere
              ? []
              : [
                  {
                    op: "replace" as const,
                    path: `/spec/template/spec/containers/${at}/image`,
                    value: desired.image,
                  },
                ]),
            ...(spec.paused ? [{ op: "replace" as const, path: "/spec/paused", value: false }] : []),
          ];
        },
        summary: `${desired.deployment} is to run ${desired.image}.`,
        data: { deployment: desired.deployment, image: desired.image },
      }),
    ),
  verify: (ctx, desired) =>
    withKube(ctx, async (kube) => {
      const { spec } = await readDeployment(kube, ctx.settings, desired.deployment);
      const { image } = containerOf(spec.template, desired.container);
      return [
        evidence(
          `Image of ${desired.deployment}`,
          isSame(desired.image, image),
          `The Deployment names ${image}.`,
        ),
      ];
    }),
};

/** Throws Fault `permanent` when the template is no longer the one that was looked at just before. */
export function refuseDrift({ metadata, spec }: Deployment, template: string): void {
  if (templatePrint(spec.template) === template) return;
  throw new Fault(
    "permanent",
    "DRIFT",
    `Somebody else changed the pod template of ${metadata.name} at the same moment.`,
    "Nothing was sent over it. Find out who deploys (a pipeline, a GitOps controller), stop that, and make a new plan.",
  );
}

const isSame = (wanted: string, present: string): boolean =>
  isImage(wanted, present) && repositoryOf(wanted) === repositoryOf(present);

function observed({ metadata, spec }: Deployment, container: string): Observed {
  return {
    uid: metadata.uid,
    template: templatePrint(spec.template),
    image: containerOf(spec.template, container).image,
    paused: spec.paused,
  };
}
