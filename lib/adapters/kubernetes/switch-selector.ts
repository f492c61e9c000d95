import type { AdapterContext, Evidence, Executor, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { withKube } from "#lib/adapters/kubernetes/api.ts";
import type { Kube } from "#lib/adapters/kubernetes/api.ts";
import { servedAddresses } from "#lib/adapters/kubernetes/endpoints.ts";
import { podsOf, podsWith, readDeployment, readService } from "#lib/adapters/kubernetes/look.ts";
import type { Deployment } from "#lib/adapters/kubernetes/objects.ts";
import { isReady } from "#lib/adapters/kubernetes/pod-trouble.ts";
import { podVersion } from "#lib/adapters/kubernetes/pod-versions.ts";
import { patiently, rolledOut } from "#lib/adapters/kubernetes/rollout.ts";
import type { Selector, Settings } from "#lib/adapters/kubernetes/schema.ts";
import { containerOf, templatePrint } from "#lib/adapters/kubernetes/template.ts";
import { isPlanned, notSet, slotWanted } from "#lib/adapters/kubernetes/wanted.ts";
import { converge } from "#lib/adapters/kubernetes/write.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
type Labels = Record<string, string>;
export type Observed = { uid: string; selector: Labels; template: string };

export async function planSwitch(
  ctx: Context,
  request: PlanRequest,
): Promise<Planned<Selector, Observed> | null> {
  if (!isPlanned(ctx.settings, request, "switch-selector")) return null;
  const { blueGreen } = ctx.settings;
  if (blueGreen === undefined) throw notSet("blueGreen", "blue-green");
  return withKube(ctx, async (kube) => {
    const { slot, others } = await slotWanted(ctx, kube, request);
    const service = await readService(kube, ctx.settings, blueGreen.service);
    const selector = selectorFor(service.spec.selector, slot, others);
    const { name, image } = containerOf(slot.spec.template, ctx.settings.container);
    const observed = await observe(kube, ctx.settings, blueGreen.service, slot.metadata.name);
    const isThere = isEqual(observed.selector, selector);
    return {
      title: isThere
        ? `${blueGreen.service} selects ${slot.metadata.name} already`
        : `Point ${blueGreen.service} at ${slot.metadata.name} (${shown(selector)}), which runs ${image}`,
      desired: {
        service: blueGreen.service,
        uid: service.metadata.uid,
        selector,
        deployment: slot.metadata.name,
        container: name,
        image,
      },
      observed,
    };
  });
}

export const switchExecutor: Executor<Settings, Selector, Observed> = {
  observe: (ctx, desired) =>
    withKube(ctx, (kube) => observe(kube, ctx.settings, desired.service, desired.deployment)),
  stable: ({ uid, selector, template }) => ({ uid, selector, template }),
  isDone: (desired, { uid, selector }) => uid === desired.uid && isEqual(selector, desired.selector),
  apply: (ctx, desired, before) =>
    withKube(ctx, async (kube) => {
      await requireReady(ctx, kube, desired);
      return converge(ctx, kube, {
        kind: "services",
        name: desired.service,
        uid: desired.uid,
        look: () => readService(kube, ctx.settings, desired.service),
        missing: ({ spec }) => {
          if (isEqual(spec.selector, desired.selector)) return null;
          if (!isEqual(spec.selector, before.selector))
            throw new Fault(
              "permanent",
              "DRIFT",
              `Somebody else pointed ${desired.service} at ${shown(spec.selector)} at the same moment.`,
              "Nothing was sent over it. Find out who did it, and make a new plan.",
            );
          return [{ op: "replace", path: "/spec/selector", value: desired.selector }];
        },
        summary: `${desired.service} selects ${shown(desired.selector)}.`,
        data: { service: desired.service, selector: desired.selector },
      });
    }),
  verify: (ctx, desired) => withKube(ctx, (kube) => patiently(ctx, () => isServed(ctx, kube, desired))),
};

async function observe(
  kube: Kube,
  settings: Settings,
  service: string,
  deployment: string,
): Promise<Observed> {
  const { metadata, spec } = await readService(kube, settings, service);
  const slot = await readDeployment(kube, settings, deployment);
  return { uid: metadata.uid, selector: spec.selector, template: templatePrint(slot.spec.template) };
}

/** The whole selector: the Service's own keys, with the values that the pods of the wanted Deployment carry. */
function selectorFor(
  present: Labels,
  slot: Deployment,
  others: readonly Deployment[],
): Record<string, string> {
  const { labels } = slot.spec.template.metadata;
  const entries = Object.keys(present).map((key) => [key, labels[key]] as const);
  const absent = entries.flatMap(([key, value]) => (value === undefined ? [key] : []));
  if (entries.length === 0 || absent.length > 0)
    throw new Fault(
      "permanent",
      "SELECTOR_NOT_USABLE",
      entries.length === 0
        ? "The Service has no selector."
        : `The pods of ${slot.metadata.name} have no label ${absent.join(", ")}, by which the Service selects.`,
      "Give the pods of both Deployments the labels by which the Service selects.",
    );
  const selector = Object.fromEntries(
    entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const also = others.filter(({ spec }) =>
    Object.entries(selector).every(([key, value]) => spec.template.metadata.labels[key] === value),
  );
  if (also.length === 0) return selector;
  throw new Fault(
    "permanent",
    "SELECTOR_NOT_USABLE",
    `The selector ${shown(selector)} would match the pods of ${also.map(({ metadata }) => metadata.name).join(", ")} as well.`,
    "Have the Service select by a label that tells the Deployments apart.",
  );
}

/** Throws Fault unless every pod of the wanted Deployment is ready on the wanted image. */
async function requireReady(ctx: Context, kube: Kube, desired: Selector): Promise<void> {
  const deployment = await readDeployment(kube, ctx.settings, desired.deployment);
  const { all } = await podsOf(kube, ctx.settings, deployment);
  const ready = all.filter(isReady);
  if (ready.length === 0)
    throw new Fault(
      "permanent",
      "SLOT_NOT_READY",
      `${desired.deployment} has no pod that is ready (${deployment.spec.replicas} are wanted there).`,
      `Traffic was left where it is. Scale ${desired.deployment} up, see that its pods are ready, then retry.`,
    );
  const odd = ready.filter((pod) => !podVersion(pod, desired).isWanted);
  if (odd.length > 0)
    throw new Fault(
      "permanent",
      "SLOT_NOT_READY",
      `${odd.map(({ metadata }) => metadata.name).join(", ")} of ${desired.deployment} do not run ${desired.image}.`,
      "Traffic was left where it is. Find out who deploys there, and make a new plan.",
    );
  await rolledOut(ctx, kube, desired.deployment);
}

async function isServed(ctx: Context, kube: Kube, desired: Selector): Promise<Evidence[]> {
  const service = await readService(kube, ctx.settings, desired.service);
  const title = `Selector of ${desired.service}`;
  if (!isEqual(service.spec.selector, desired.selector))
    return [evidence(title, false, `It is ${shown(service.spec.selector)}.`)];
  const ready = (await podsWith(kube, ctx.settings, desired.selector)).filter(isReady);
  const odd = ready.filter((pod) => !podVersion(pod, desired).isWanted);
  // With two address families a pod has two addresses, and the Service may serve one of them or both.
  const own = ready.map(({ status }) => [status.podIP ?? "", ...(status.podIPs ?? []).map(({ ip }) => ip)]);
  const served = await servedAddresses(kube, ctx.settings.namespace, desired.service);
  const strangers = served.filter((address) => !own.flat().includes(address));
  const isEachServed = own.every((addresses) => addresses.some((address) => served.includes(address)));
  if (ready.length === 0 || strangers.length > 0 || !isEachServed)
    throw new Fault(
      "transient",
      "ENDPOINTS_NOT_SWITCHED",
      `${desired.service} serves ${served.length} addresses, ${strangers.length} of them none of the ${ready.length} wanted pods.`,
      "The endpoints follow the selector within seconds. If they do not, look at the controllers of the cluster.",
    );
  return [
    evidence(title, true, `It is ${shown(desired.selector)}.`),
    evidence(
      "Pods behind it",
      odd.length === 0,
      odd.length === 0
        ? `All ${ready.length} ready pods run ${desired.image}, and its endpoints are these pods and no other.`
        : `${odd.map((pod) => `${pod.metadata.name} runs ${podVersion(pod, desired).runs}`).join("; ")}.`,
    ),
  ];
}

const isEqual = (a: Labels, b: Labels): boolean => canonical(a) === canonical(b);
const shown = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
