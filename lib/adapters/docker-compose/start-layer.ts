import type { AdapterContext, Evidence, Executor, Receipt } from "#lib/adapters/contract.ts";
import { composeFailed, runCompose } from "#lib/adapters/docker-compose/compose-tool.ts";
import { runsImage } from "#lib/adapters/docker-compose/containers.ts";
import type { Container } from "#lib/adapters/docker-compose/containers.ts";
import { fileHashes, writePins } from "#lib/adapters/docker-compose/files.ts";
import { awaitReady, countOf, judgedContainers } from "#lib/adapters/docker-compose/gate.ts";
import type { Count } from "#lib/adapters/docker-compose/gate.ts";
import { fetchMissing } from "#lib/adapters/docker-compose/pins.ts";
import { pinPath, projectFiles } from "#lib/adapters/docker-compose/project.ts";
import type { Layer, Settings } from "#lib/adapters/docker-compose/schema.ts";
import { imagesBy } from "#lib/adapters/docker-compose/stop.ts";
import { shortDigest } from "#lib/adapters/docker-image.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = {
  files: Record<string, string>;
  images: Record<string, string[]>;
  counts: Record<string, Count>;
  containers: Container[];
};

export const layerExecutor: Executor<Settings, Layer, Observed> = {
  observe: observeLayer,
  stable: ({ files, images }) => ({ files, images }),
  isDone: (_desired, { counts }) => Object.values(counts).every(({ odd }) => odd === null),
  apply: startLayer,
  verify: async (ctx, desired) => countEvidence(desired, (await observeLayer(ctx, desired)).counts),
};

export async function observeLayer(ctx: Context, desired: Layer): Promise<Observed> {
  const containers = await judgedContainers(ctx, desired.services);
  const counts = desired.services.map((name) => [
    name,
    countOf(containers, name, desired.replicas[name] ?? 1, rightImage(desired.images)),
  ]);
  return {
    files: await fileHashes(ctx.settings),
    images: imagesBy(desired.services, containers),
    counts: Object.fromEntries(counts) as Record<string, Count>,
    containers,
  };
}

/** Why a container does not run the image that its service is to have; null: it does. */
export function rightImage(
  images: Readonly<Record<string, string>>,
): (container: Container) => string | null {
  return (container) => {
    const image = images[container.service] ?? "";
    if (runsImage(container, image)) return null;
    return `it runs ${container.digests[0] ?? container.imageName}, not ${shortDigest(image)}`;
  };
}

export function countEvidence(
  desired: Pick<Layer, "images">,
  counts: Readonly<Record<string, Count>>,
): Evidence[] {
  return Object.entries(counts).map(([service, { good, wanted, odd }]) =>
    evidence(
      service,
      odd === null,
      odd ?? `${good} of ${wanted} run ${shortDigest(desired.images[service] ?? "")} and are ready.`,
    ),
  );
}

async function startLayer(ctx: Context, desired: Layer, observed: Observed): Promise<Receipt> {
  const { settings } = ctx;
  refuseOtherFiles(desired.files, observed.files);
  await writePins(ctx, desired.images);
  const own = desired.services.map((name) => desired.images[name] ?? "");
  await fetchMissing(ctx, [...new Set(own)]);
  await composeUp(ctx, desired, [...projectFiles(settings), pinPath(settings)]);
  await awaitReady(ctx, {
    title: `Layer ${desired.layer}`,
    replicas: Object.fromEntries(desired.services.map((name) => [name, desired.replicas[name] ?? 1])),
    isRight: rightImage(desired.images),
    before: observed.containers,
  });
  return {
    changed: true,
    summary: `${desired.services.join(", ")}: started on the wanted images, and healthy.`,
    data: { services: desired.services, images: desired.images },
  };
}

/** Starts services, and nothing that they depend on. Throws Fault. */
export async function composeUp(
  ctx: Context,
  { services, replicas }: Pick<Layer, "services" | "replicas">,
  files: readonly string[],
  override?: string,
): Promise<void> {
  const scale = services.flatMap((name) => ["--scale", `${name}=${replicas[name] ?? 1}`]);
  const args = ["up", "-d", "--no-deps", "--no-build", ...scale, ...services];
  const seconds = ctx.settings.layerSeconds;
  const end = await runCompose(ctx, files, args, { seconds, ...(override !== undefined && { override }) });
  if (end.exitCode !== 0) throw composeFailed("up", end);
}

function refuseOtherFiles(
  signed: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): void {
  const other = Object.keys({ ...signed, ...found }).filter((file) => signed[file] !== found[file]);
  if (other.length === 0) return;
  throw new Fault(
    "permanent",
    "COMPOSE_CHANGED",
    `${other.join(", ")} is not as it was when the plan was made, so nothing is started with it.`,
    "Put the file back, or make a new plan, so that approvers see what it would start now.",
  );
}
