import type { AdapterContext, Executor, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { withKube } from "#lib/adapters/kubernetes/api.ts";
import { readDeployment } from "#lib/adapters/kubernetes/look.ts";
import type { Deployment } from "#lib/adapters/kubernetes/objects.ts";
import { rolledOut } from "#lib/adapters/kubernetes/rollout.ts";
import type { Restarted, Settings } from "#lib/adapters/kubernetes/schema.ts";
import { restartMark } from "#lib/adapters/kubernetes/template.ts";
import { converge } from "#lib/adapters/kubernetes/write.ts";

type Context = AdapterContext<Settings>;
export type Observed = { uid: string; mark: string | null; paused: boolean };

/** For code when the procedure names it; for configuration when content is restored that pods read only at their start. */
export async function planRestart(
  ctx: Context,
  request: PlanRequest,
): Promise<Planned<Restarted, Observed> | null> {
  const isForContent =
    request.component === "configuration" &&
    request.named === null &&
    ctx.settings.configuration?.name !== undefined;
  if (!isForContent && request.named?.includes("restart") !== true) return null;
  return withKube(ctx, async (kube) => {
    const deployment = await readDeployment(kube, ctx.settings, ctx.settings.deployment);
    const { name, uid } = deployment.metadata;
    return {
      title: `Restart the pods of ${name}, once for this rollback`,
      desired: { deployment: name, uid, mark: request.rollback },
      observed: observed(deployment),
    };
  });
}

export const restartExecutor: Executor<Settings, Restarted, Observed> = {
  observe: (ctx, desired) =>
    withKube(ctx, async (kube) => observed(await readDeployment(kube, ctx.settings, desired.deployment))),
  stable: ({ uid }) => ({ uid }),
  isDone: (desired, { uid, mark, paused }) => uid === desired.uid && mark === desired.mark && !paused,
  apply: (ctx, desired) =>
    withKube(ctx, (kube) =>
      converge(ctx, kube, {
        kind: "deployments",
        name: desired.deployment,
        uid: desired.uid,
        look: () => readDeployment(kube, ctx.settings, desired.deployment),
        missing: ({ spec }) => {
          const { annotations } = spec.template.metadata;
          if (annotations[restartMark] === desired.mark && !spec.paused) return null;
          return [
            {
              op: "add",
              path: "/spec/template/metadata/annotations",
              value: { ...annotations, [restartMark]: desired.mark },
            },
            ...(spec.paused ? [{ op: "replace" as const, path: "/spec/paused", value: false }] : []),
          ];
        },
        summary: `${desired.deployment} restarts its pods.`,
        data: { deployment: desired.deployment, mark: desired.mark },
      }),
    ),
  verify: (ctx, desired) =>
    withKube(ctx, async (kube) => {
      const { deployment } = await rolledOut(ctx, kube, desired.deployment);
      const { mark } = observed(deployment);
      return [
        evidence(
          `Restart of ${desired.deployment}`,
          mark === desired.mark,
          mark === desired.mark
            ? `Every pod was made from the template that carries the mark ${desired.mark}.`
            : "The template does not carry the mark of this rollback.",
        ),
      ];
    }),
};

const observed = ({ metadata, spec }: Deployment): Observed => ({
  uid: metadata.uid,
  mark: spec.template.metadata.annotations[restartMark] ?? null,
  paused: spec.paused,
});
