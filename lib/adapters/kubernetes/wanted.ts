import type { AdapterContext, PlanRequest } from "#lib/adapters/contract.ts";
import type { Kube } from "#lib/adapters/kubernetes/api.ts";
import { digestOf, recordedDigest, repositoryOf } from "#lib/adapters/kubernetes/image.ts";
import { readDeployment, replicaSetsOf } from "#lib/adapters/kubernetes/look.ts";
import type { FoundReplicaSet } from "#lib/adapters/kubernetes/look.ts";
import type { Deployment } from "#lib/adapters/kubernetes/objects.ts";
import type { Settings, Strategy, VersionWanted } from "#lib/adapters/kubernetes/schema.ts";
import { containerOf, findRevision } from "#lib/adapters/kubernetes/template.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

const operationsOf: Record<Strategy, readonly string[]> = {
  direct: ["stop", "set-image", "scale"],
  rolling: ["roll-to-revision"],
  "blue-green": ["switch-selector"],
  canary: ["remove-canary"],
};

/** The strategy that the procedure's operations belong to; where they tell of none, the target's own. */
function strategyOf(settings: Settings, { named }: Pick<PlanRequest, "named">): Strategy {
  const belongs = (Object.keys(operationsOf) as Strategy[]).find((strategy) =>
    operationsOf[strategy].some((operation) => named?.includes(operation)),
  );
  return belongs ?? settings.strategy;
}

/** Whether an operation that changes something is planned here. */
export function isPlanned(settings: Settings, request: PlanRequest, operation: string): boolean {
  if (request.component !== "code") return false;
  if (request.named !== null) return request.named.includes(operation);
  return operationsOf[settings.strategy].includes(operation);
}

/** The recorded digest; null when none was recorded. Throws Fault for what is no digest. */
function digestWanted({ to }: PlanRequest): string | null {
  return to.artifacts.imageDigest === null ? null : recordedDigest(to.artifacts.imageDigest);
}

/** The image to deploy by its digest. Throws Fault where no digest was recorded: a tag may have moved since. */
export function imageWanted(ctx: Context, request: PlanRequest, deployment: Deployment) {
  const digest = digestWanted(request);
  if (digest === null)
    throw new Fault(
      "permanent",
      "NO_DIGEST",
      "No image digest was recorded for that version.",
      "Report deployments with their image digest; or choose the rolling procedure, which finds the version in the Deployment's own history.",
    );
  const { name, image } = containerOf(deployment.spec.template, ctx.settings.container);
  return { container: name, image: `${ctx.settings.image ?? repositoryOf(image)}@${digest}` };
}

/** The revision of the version to return to, in the Deployment's own history. Throws Fault. */
export async function revisionWanted(
  ctx: Context,
  kube: Kube,
  request: PlanRequest,
  deployment: Deployment,
): Promise<FoundReplicaSet> {
  return findRevision(await replicaSetsOf(kube, ctx.settings, deployment), {
    digest: digestWanted(request),
    version: request.to.version,
    configurationRevision: request.to.artifacts.configurationRevision,
    container: ctx.settings.container,
    versionLabel: ctx.settings.versionLabel,
  });
}

/** Which of the blue-green Deployments holds the version to return to. Throws Fault where none or several do. */
export async function slotWanted(
  ctx: Context,
  kube: Kube,
  request: PlanRequest,
): Promise<{ slot: Deployment; others: Deployment[] }> {
  const { blueGreen, versionLabel, container } = ctx.settings;
  if (blueGreen === undefined) throw notSet("blueGreen", "blue-green");
  const digest = digestWanted(request);
  const slots = await Promise.all(
    blueGreen.deployments.map((name) => readDeployment(kube, ctx.settings, name)),
  );
  const fits = ({ spec }: Deployment): boolean =>
    digest === null
      ? spec.template.metadata.labels[versionLabel] === request.to.version
      : digestOf(containerOf(spec.template, container).image) === digest;
  const [slot, second] = slots.filter(fits);
  if (slot === undefined || second !== undefined)
    throw new Fault(
      "permanent",
      "NOT_IN_ONE_SLOT",
      `${slot === undefined ? "None" : "More than one"} of ${blueGreen.deployments.join(", ")} holds ${digest === null ? `the label ${versionLabel} of that version` : "the recorded image"}.`,
      "A switch reaches only what stands ready. Choose a version that one of them holds, or the procedure that deploys it.",
    );
  return { slot, others: slots.filter((one) => one !== slot) };
}

/** What the checks after a rollback look for, by the way in which it goes. Throws Fault. */
export async function versionWanted(ctx: Context, kube: Kube, request: PlanRequest): Promise<VersionWanted> {
  const wanted = await imageToFind(ctx, kube, request);
  return ctx.settings.podHttp?.versionPath === undefined
    ? wanted
    : { ...wanted, version: request.to.version };
}

async function imageToFind(ctx: Context, kube: Kube, request: PlanRequest): Promise<VersionWanted> {
  const { settings } = ctx;
  const strategy = strategyOf(settings, request);
  if (strategy === "blue-green") {
    const { slot } = await slotWanted(ctx, kube, request);
    const { name, image } = containerOf(slot.spec.template, settings.container);
    return { strategy, deployment: slot.metadata.name, container: name, image };
  }
  const deployment = await readDeployment(kube, settings, settings.deployment);
  const { name, image } = containerOf(deployment.spec.template, settings.container);
  const wanted = { strategy, deployment: settings.deployment, container: name };
  const digest = digestWanted(request);
  if (digest !== null) return { ...wanted, image: `${settings.image ?? repositoryOf(image)}@${digest}` };
  const { set } = await revisionWanted(ctx, kube, request, deployment);
  return { ...wanted, image: containerOf(set.spec.template, settings.container).image };
}

export function notSet(setting: string, procedure: string): Fault {
  return new Fault(
    "permanent",
    "NOT_CONFIGURED",
    `The target's settings have no ${setting}, which the procedure ${procedure} needs.`,
    `Fill in ${setting}, or choose a procedure that fits how the version was deployed.`,
  );
}
