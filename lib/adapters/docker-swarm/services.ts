import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { engineJson } from "#lib/adapters/docker-engine.ts";
import { digestOf, shortDigest } from "#lib/adapters/docker-image.ts";
import type { Settings } from "#lib/adapters/docker-swarm/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

const Spec = z.looseObject({
  Name: z.string(),
  TaskTemplate: z.looseObject({ ContainerSpec: z.looseObject({ Image: z.string() }) }),
  Mode: z.looseObject({ Replicated: z.looseObject({ Replicas: z.number().default(1) }).nullish() }).nullish(),
  UpdateConfig: z.looseObject({}).nullish(),
});
type Spec = z.output<typeof Spec>;

const Service = z.looseObject({
  ID: z.string(),
  Version: z.looseObject({ Index: z.number() }),
  Spec,
  UpdateStatus: z.looseObject({ State: z.string().default(""), Message: z.string().default("") }).nullish(),
});

const Task = z.looseObject({
  ID: z.string(),
  ServiceID: z.string(),
  Slot: z.number().nullish(),
  NodeID: z.string().nullish(),
  DesiredState: z.string(),
  Spec: z.looseObject({ ContainerSpec: z.looseObject({ Image: z.string() }) }),
  Status: z.looseObject({ State: z.string(), Err: z.string().nullish() }),
});

type SwarmTask = { name: string; image: string; state: string; error: string; isWanted: boolean };

/** One service of a swarm, with its tasks. */
export type SwarmService = {
  id: string;
  name: string;
  /** Counts its changes: an update that rests on an older one is refused. */
  index: number;
  spec: Spec;
  image: string;
  /** How many tasks it is to have; null for one on each node. */
  replicas: number | null;
  /** "": none was ever made. */
  update: string;
  updateMessage: string;
  tasks: SwarmTask[];
};

/** These services, in their order. Throws Fault `permanent` NO_SUCH_SERVICE, NOT_A_MANAGER. */
export async function servicesOf(ctx: Context, names: readonly string[]): Promise<SwarmService[]> {
  const services = await engineJson(ctx, z.array(Service), {
    path: "/services",
    query: { filters: JSON.stringify({ name: names }) },
  });
  const tasks = await engineJson(ctx, z.array(Task), {
    path: "/tasks",
    query: { filters: JSON.stringify({ service: services.map(({ ID }) => ID) }) },
  });
  return names.map((name) => {
    const found = services.find(({ Spec: spec }) => spec.Name === name);
    if (found === undefined)
      throw new Fault(
        "permanent",
        "NO_SUCH_SERVICE",
        `The swarm has no service ${name}.`,
        "Correct layers in the settings: write the names that docker service ls shows.",
      );
    const { ID: id, Spec: spec } = found;
    return {
      id,
      name,
      index: found.Version.Index,
      spec,
      image: spec.TaskTemplate.ContainerSpec.Image,
      replicas: spec.Mode?.Replicated?.Replicas ?? null,
      update: found.UpdateStatus?.State ?? "",
      updateMessage: found.UpdateStatus?.Message ?? "",
      tasks: tasks
        .filter((task) => task.ServiceID === id)
        .map((task) => ({
          name: `${name}.${task.Slot ?? task.NodeID ?? "?"} (task ${task.ID.slice(0, 12)})`,
          image: task.Spec.ContainerSpec.Image,
          state: task.Status.State,
          error: task.Status.Err ?? "",
          isWanted: task.DesiredState === "running",
        })),
    };
  });
}

export const isAt = (image: string, pinned: string): boolean =>
  image.includes("@") && digestOf(image) === digestOf(pinned);

/** Why a service is not N of N on an image; null: it is. Pure. */
export function oddOf(service: SwarmService, pinned: string): string | null {
  const { name, image, replicas, update, tasks } = service;
  if (!isAt(image, pinned)) return `${name} is to run ${image}, not ${shortDigest(pinned)}`;
  const wanted = tasks.filter((task) => task.isWanted);
  const odd = wanted.find((task) => task.state !== "running" || !isAt(task.image, pinned));
  if (odd !== undefined) {
    const why = isAt(odd.image, pinned)
      ? `is ${odd.state}${odd.error === "" ? "" : `: ${odd.error}`}`
      : `runs ${odd.image}`;
    return `${odd.name} ${why}`;
  }
  const count = replicas ?? Math.max(1, wanted.length);
  if (wanted.length !== count) return `${wanted.length} of ${count} tasks of ${name} run`;
  // Tasks run, and are still being watched.
  if (["updating", "paused", "rollback_started", "rollback_paused"].includes(update))
    return `the update of ${name} is ${update}`;
  return null;
}
