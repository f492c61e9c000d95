import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { AdapterContext, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { withKube } from "#lib/adapters/kubernetes/api.ts";
import { digestOf, isImage } from "#lib/adapters/kubernetes/image.ts";
import { podsOf, podsWith, readDeployment, readService } from "#lib/adapters/kubernetes/look.ts";
import { isReady, troubleText } from "#lib/adapters/kubernetes/pod-trouble.ts";
import { healthTold, versionsTold } from "#lib/adapters/kubernetes/pod-http.ts";
import { podsEvidence, podVersion } from "#lib/adapters/kubernetes/pod-versions.ts";
import { patiently, rolledOut } from "#lib/adapters/kubernetes/rollout.ts";
import type { Settings, VersionWanted } from "#lib/adapters/kubernetes/schema.ts";
import { containerOf } from "#lib/adapters/kubernetes/template.ts";
import { versionWanted } from "#lib/adapters/kubernetes/wanted.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

/** Plans a check that looks for the version to return to. */
export function planCheck(title: (wanted: VersionWanted) => string) {
  return async (ctx: Context, request: PlanRequest): Promise<Planned<VersionWanted, null> | null> => {
    if (request.component !== "code") return null;
    const desired = await withKube(ctx, (kube) => versionWanted(ctx, kube, request));
    return { title: title(desired), desired, observed: null };
  };
}

/** Every pod, one by one, by its status and its own answer. Waits while the rollout is under way. */
export const podsExecutor = checkExecutor<Settings, VersionWanted>((ctx, desired) =>
  withKube(ctx, async (kube) => {
    const { deployment, pods } = await rolledOut(ctx, kube, desired.deployment);
    const told = await patiently(ctx, async () => {
      const { all } = await podsOf(kube, ctx.settings, deployment);
      return versionsTold(ctx, kube, all, desired.version);
    });
    return [...podsEvidence(pods, desired, deployment.spec.replicas), ...told];
  }),
);

/** What the Deployment says of itself, and for blue-green what the Service reaches. */
export const versionExecutor = checkExecutor<Settings, VersionWanted>((ctx, desired) =>
  withKube(ctx, async (kube) => {
    const { deployment } = await rolledOut(ctx, kube, desired.deployment);
    const { metadata, spec, status } = deployment;
    const { image } = containerOf(spec.template, desired.container);
    const own = evidence(
      `Version of ${desired.deployment}`,
      isImage(desired.image, image) && spec.replicas > 0,
      `It names ${image}, and ${status.updatedReplicas} of ${spec.replicas} pods come from this template (generation ${metadata.generation}, seen ${status.observedGeneration}).`,
    );
    const { blueGreen } = ctx.settings;
    if (desired.strategy !== "blue-green" || blueGreen === undefined) return [own];
    const service = await readService(kube, ctx.settings, blueGreen.service);
    const reached = (await podsWith(kube, ctx.settings, service.spec.selector)).filter(isReady);
    const odd = reached.filter((pod) => !podVersion(pod, desired).isWanted);
    const detail =
      odd.length > 0
        ? `${odd.map((pod) => `${pod.metadata.name} runs ${podVersion(pod, desired).runs}`).join("; ")}.`
        : `Its selector reaches ${reached.length} ready pods, all on ${desired.image}.`;
    return [
      own,
      evidence(`Service ${blueGreen.service}`, reached.length > 0 && odd.length === 0, detail),
      ...(await versionsTold(ctx, kube, reached, desired.version)),
    ];
  }),
);

/** Availability as Kubernetes judges it by its probes, and the service's own word where an address is given. */
export const healthExecutor = checkExecutor<Settings, VersionWanted>((ctx, desired) =>
  withKube(ctx, (kube) =>
    patiently(ctx, async () => {
      const deployment = await readDeployment(kube, ctx.settings, desired.deployment);
      const { spec, status } = deployment;
      const available = status.conditions.find(({ type }) => type === "Available");
      const { all } = await podsOf(kube, ctx.settings, deployment);
      const ready = all.filter(isReady).length;
      if (available?.status !== "True" || ready < spec.replicas || spec.replicas === 0)
        throw new Fault(
          spec.replicas === 0 ? "permanent" : "transient",
          "NOT_HEALTHY",
          `${desired.deployment}: ${ready} of ${spec.replicas} pods are ready, and it is ${available?.status === "True" ? "" : "not "}available. ${troubleText(all)}`.trim(),
          "Look at the pods that are named, and at their readiness probes.",
        );
      const restarts = all
        .flatMap(({ metadata, status: { containerStatuses } }) =>
          containerStatuses.map(({ restartCount }) => ({ name: metadata.name, restartCount })),
        )
        .filter(({ restartCount }) => restartCount > 0)
        .map(({ name, restartCount }) => `${name} (${restartCount})`);
      const restarted = restarts.length === 0 ? "None has restarted." : `Restarts: ${restarts.join(", ")}.`;
      return [
        evidence(
          `Health of ${desired.deployment}`,
          true,
          `It is available, ${ready} of ${spec.replicas} pods pass their probes. ${restarted}`,
        ),
        ...(await healthTold(ctx, kube, all)),
        ...(await askedItself(ctx)),
      ];
    }),
  ),
);

async function askedItself(ctx: Context) {
  const { healthUrl, timeoutMs } = ctx.settings;
  if (healthUrl === undefined) return [];
  const answer = await ctx.http({ method: "GET", url: healthUrl, timeoutMs, signal: ctx.signal });
  const said = `${healthUrl} answered ${answer.status}: ${excerpt(ctx.redact(answer.body), 200)}`;
  if (answer.status >= 200 && answer.status < 300) return [evidence("Health endpoint", true, said)];
  throw new Fault(
    "transient",
    "NOT_HEALTHY",
    said,
    "Look at the service's own log, and at the address in the settings.",
  );
}

/** What a record of the moment before shows: sizes and images, the canary's as well. */
export const captureExecutor = checkExecutor<Settings, Record<string, never>>((ctx) =>
  withKube(ctx, async (kube) => {
    const { deployment, canary, blueGreen } = ctx.settings;
    const names = [
      ...new Set([deployment, ...(canary ? [canary.deployment] : []), ...(blueGreen?.deployments ?? [])]),
    ];
    return Promise.all(
      names.map(async (name) => {
        const found = await readDeployment(kube, ctx.settings, name).catch((error: unknown) => {
          if (error instanceof Fault && error.code === "DEPLOYMENT_GONE") return null;
          throw error;
        });
        if (found === null) return evidence(`Deployment ${name}`, true, "It is not there.");
        const { spec, status } = found;
        const images = spec.template.spec.containers.map((one) => one.image).join(", ");
        return evidence(
          `Deployment ${name}`,
          true,
          `It is to have ${spec.replicas} pods of ${images}; ${status.readyReplicas} are ready.`,
        );
      }),
    );
  }),
);

/** The version to return to can be had: it is named by digest or kept in the history. */
export const confirmExecutor = checkExecutor<Settings, VersionWanted>((ctx, desired) =>
  withKube(ctx, async (kube) => {
    const found = await readDeployment(kube, ctx.settings, desired.deployment);
    const { image } = containerOf(found.spec.template, desired.container);
    const named = digestOf(desired.image) === null ? "by tag, as no digest was recorded" : "by its digest";
    return [
      evidence("Version to return to", true, `${desired.image}, ${named}.`),
      evidence(
        "Present version",
        true,
        isImage(desired.image, image) ? "The Deployment names it already." : `The Deployment names ${image}.`,
      ),
    ];
  }),
);
