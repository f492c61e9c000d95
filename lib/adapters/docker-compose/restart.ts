import type { AdapterContext, Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { containersOf, runsImage } from "#lib/adapters/docker-compose/containers.ts";
import type { Container } from "#lib/adapters/docker-compose/containers.ts";
import { readPins } from "#lib/adapters/docker-compose/files.ts";
import { awaitReady, countOf, judgedContainers } from "#lib/adapters/docker-compose/gate.ts";
import type { Count } from "#lib/adapters/docker-compose/gate.ts";
import { pinPath, projectFiles, restartOverride } from "#lib/adapters/docker-compose/project.ts";
import type { Restart, Settings } from "#lib/adapters/docker-compose/schema.ts";
import { composeUp } from "#lib/adapters/docker-compose/start-layer.ts";
import { imagesBy } from "#lib/adapters/docker-compose/stop.ts";
import { repositoryOf } from "#lib/adapters/docker-image.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { wantedImages } from "#lib/adapters/image-list.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = {
  images: Record<string, string[]>;
  counts: Record<string, Count>;
  containers: Container[];
};

/**
 * Creates the containers of services anew, on the images that they run, so that they read their configuration. Each
 * container says in a label which rollback it was created for: a second time changes nothing.
 */
export const restartExecutor: Executor<Settings, Restart, Observed> = {
  observe: observeRestart,
  stable: ({ images }) => images,
  isDone: (_desired, { counts }) => Object.values(counts).every(({ odd }) => odd === null),
  apply: restart,
  verify: async (ctx, desired) => {
    const { counts } = await observeRestart(ctx, desired);
    return Object.entries(counts).map(([service, { good, wanted, odd }]) =>
      evidence(service, odd === null, odd ?? `${good} of ${wanted} were created anew and are ready.`),
    );
  },
};

/** One plan for each layer. Throws Fault `permanent` NOT_RUNNING. */
export async function planRestart(
  ctx: Context,
  request: PlanRequest,
): Promise<{ title: string; desired: Restart; observed: Observed }[]> {
  const containers = await containersOf(ctx, ctx.settings.layers.flat());
  const version = await imagesOfVersion(ctx, request, containers);
  const plans = ctx.settings.layers.map(async (services) => {
    const images: Record<string, string> = {};
    const replicas: Record<string, number> = {};
    for (const service of services) {
      const own = containers.filter((one) => one.service === service);
      const [first] = own;
      if (first === undefined || own.some(({ imageId }) => imageId !== first.imageId))
        throw new Fault(
          "permanent",
          "NOT_RUNNING",
          first === undefined
            ? `${service} has no container.`
            : `The containers of ${service} run different images.`,
          "Roll the code back first: which image the service is to run cannot be told from what is there.",
        );
      images[service] = first.imageName.includes("@") ? first.imageName : (first.digests[0] ?? first.imageId);
      replicas[service] = own.length;
    }
    const own = version && Object.fromEntries(services.map((name) => [name, version[name] ?? ""]));
    const desired = {
      ...{ services, images, replicas, rollback: request.rollback },
      ...(own && { version: own }),
    };
    return {
      title: `Create ${services.join(", ")} anew`,
      desired,
      observed: await observeRestart(ctx, desired),
    };
  });
  return Promise.all(plans);
}

/** What the deployment record names for the services; null where it names none of them, as for a change of settings. */
async function imagesOfVersion(
  { settings }: Context,
  request: PlanRequest,
  containers: readonly Container[],
): Promise<Record<string, string> | null> {
  if (request.to.artifacts.imageDigest === null) return null;
  const repository = (service: string): Promise<string | null> => {
    const found = containers.find((one) => one.service === service);
    return Promise.resolve(found === undefined ? null : repositoryOf(found.imageName));
  };
  return wantedImages(request, settings.layers.flat(), settings.imageLists, repository).catch(
    (error: unknown) => {
      if (error instanceof Fault) return null;
      throw error;
    },
  );
}

async function observeRestart(ctx: Context, desired: Restart): Promise<Observed> {
  const containers = await judgedContainers(ctx, desired.services);
  const counts = desired.services.map((name) => [
    name,
    countOf(containers, name, desired.replicas[name] ?? 1, isAnew(desired)),
  ]);
  return {
    images: imagesBy(desired.services, containers),
    counts: Object.fromEntries(counts) as Record<string, Count>,
    containers,
  };
}

const isAnew =
  (desired: Restart) =>
  ({ rollback }: Container): string | null =>
    rollback === desired.rollback ? null : "it was not created for this rollback";

async function restart(ctx: Context, desired: Restart, observed: Observed): Promise<Receipt> {
  const { settings } = ctx;
  const images = keptImages(desired, observed.containers);
  const pins = (await readPins(settings)) === null ? [] : [pinPath(settings)];
  await composeUp(ctx, desired, [...projectFiles(settings), ...pins], restartOverride(desired, images));
  await awaitReady(ctx, {
    title: "Restart",
    replicas: desired.replicas,
    isRight: isAnew(desired),
    before: observed.containers,
  });
  return {
    changed: true,
    summary: `${desired.services.join(", ")}: created anew, and healthy.`,
    data: { services: desired.services },
  };
}

/** What each service runs at this moment. Throws Fault DRIFT where that is neither what the plan saw nor the version. */
function keptImages(desired: Restart, containers: readonly Container[]): Record<string, string> {
  const kept = desired.services.map((name) => {
    const own = containers.filter(({ service }) => service === name);
    const found = [desired.images[name], desired.version?.[name]].find(
      (image) => image !== undefined && own.every((container) => runsImage(container, image)),
    );
    if (found !== undefined) return [name, found];
    throw new Fault(
      "permanent",
      "DRIFT",
      `The containers of ${name} run ${own[0]?.digests[0] ?? own[0]?.imageName ?? "nothing"} now, which the plan did not see.`,
      "Somebody else has deployed. Nothing was restarted. Make a new plan from what is there now.",
    );
  });
  return Object.fromEntries(kept) as Record<string, string>;
}
