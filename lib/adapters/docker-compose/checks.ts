import { checkExecutor } from "#lib/adapters/check-executor.ts";
import { containersOf } from "#lib/adapters/docker-compose/containers.ts";
import { countOf, judgedContainers } from "#lib/adapters/docker-compose/gate.ts";
import { countEvidence, rightImage } from "#lib/adapters/docker-compose/start-layer.ts";
import type { Healthy, Nothing, Running, Settings } from "#lib/adapters/docker-compose/schema.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Records what runs. */
export const captureExecutor = checkExecutor<Settings, Nothing>(async (ctx) => {
  const { layers, infrastructure } = ctx.settings;
  const containers = await containersOf(ctx, [...layers.flat(), ...infrastructure]);
  if (containers.length === 0)
    return [evidence("Containers", true, `The project ${ctx.settings.project} has none.`)];
  return containers.map((one) =>
    evidence(one.service, true, `${one.name} is ${one.status}, on ${one.digests[0] ?? one.imageName}.`),
  );
});

/** Every running container of every service runs the wanted image. */
export const versionExecutor = checkExecutor<Settings, Running>(async (ctx, desired) => {
  const services = Object.keys(desired.images);
  // Whether they are healthy is another check's business.
  const containers = (await containersOf(ctx, services)).map((one) => ({
    ...one,
    readiness: { state: "ready", why: one.status } as const,
  }));
  const counts = services.map((name) => [
    name,
    countOf(containers, name, desired.replicas[name] ?? 1, rightImage(desired.images)),
  ]);
  return countEvidence(desired, Object.fromEntries(counts) as Parameters<typeof countEvidence>[1]);
});

/** Every container is healthy, as its own health check and the probes of the settings say. */
export const healthExecutor = checkExecutor<Settings, Healthy>(async (ctx, { replicas }) => {
  const services = Object.keys(replicas);
  const containers = await judgedContainers(ctx, services);
  const counts = services.map((name) => ({
    name,
    ...countOf(containers, name, replicas[name] ?? 1, () => null),
  }));
  const odd = counts.flatMap((one) => one.odd ?? []);
  if (odd.length > 0)
    throw new Fault(
      "transient",
      "NOT_HEALTHY",
      `${odd.join("; ")}.`,
      "Look at the log of that container; this is checked again within its limit.",
    );
  return counts.map(({ name, good, wanted }) =>
    evidence(name, true, `${good} of ${wanted} containers are healthy.`),
  );
});
