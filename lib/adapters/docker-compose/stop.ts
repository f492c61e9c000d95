import type { AdapterContext, Executor, Receipt } from "#lib/adapters/contract.ts";
import { containersOf, stopContainer } from "#lib/adapters/docker-compose/containers.ts";
import type { Container } from "#lib/adapters/docker-compose/containers.ts";
import type { Settings, Stop } from "#lib/adapters/docker-compose/schema.ts";
import { evidence } from "#lib/adapters/evidence.ts";

type Context = AdapterContext<Settings>;
export type Observed = {
  running: string[];
  /** The images that the containers of each service have. */
  images: Record<string, string[]>;
};

/** How long one container may take; the engine kills it after the time that it declares. */
const stopSeconds = 120;

export const stopExecutor: Executor<Settings, Stop, Observed> = {
  observe: observeStop,
  stable: ({ images }) => images,
  isDone: (_desired, { running }) => running.length === 0,
  apply: stop,
  verify: async (ctx, desired) => {
    const { running } = await observeStop(ctx, desired);
    const services = desired.layers.flat();
    return [
      evidence(
        "Services stopped",
        running.length === 0,
        running.length === 0
          ? `No container of ${services.join(", ")} runs.`
          : `Still running: ${running.join(", ")}.`,
      ),
    ];
  },
};

export async function observeStop(ctx: Context, { layers }: Stop): Promise<Observed> {
  const containers = await containersOf(ctx, layers.flat());
  return {
    running: containers.filter(isUp).map(({ name }) => name),
    images: imagesBy(layers.flat(), containers),
  };
}

export function imagesBy(
  services: readonly string[],
  containers: readonly Container[],
): Record<string, string[]> {
  const idsOf = (service: string): string[] =>
    containers.filter((one) => one.service === service).map(({ imageId }) => imageId);
  return Object.fromEntries(services.map((name) => [name, [...new Set(idsOf(name))].toSorted()]));
}

const isUp = ({ status }: Container): boolean => ["running", "restarting", "paused"].includes(status);

async function stop(ctx: Context, { layers }: Stop): Promise<Receipt> {
  const stopped: string[] = [];
  for (const services of layers) {
    const up = (await containersOf(ctx, services)).filter(isUp);
    if (up.length > 0) ctx.log(`Stopping ${up.map(({ name }) => name).join(", ")}.`);
    await Promise.all(up.map(({ id }) => stopContainer(ctx, id, stopSeconds)));
    stopped.push(...up.map(({ name }) => name));
  }
  return {
    changed: stopped.length > 0,
    summary: stopped.length === 0 ? "None of them ran." : `Stopped ${stopped.join(", ")}.`,
    data: { stopped },
  };
}
