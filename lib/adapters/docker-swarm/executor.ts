import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type {
  AdapterContext,
  Executor,
  FoundVersion,
  Identity,
  Inspection,
  PlanRequest,
  Receipt,
} from "#lib/adapters/contract.ts";
import { engineCall, engineJson, engineRefused } from "#lib/adapters/docker-engine.ts";
import {
  askRegistry,
  isImage,
  localImages,
  registryHeader,
  repositoryOf,
  shortDigest,
} from "#lib/adapters/docker-image.ts";
import type { Images, Layer, Nothing, Settings } from "#lib/adapters/docker-swarm/schema.ts";
import { isAt, oddOf, servicesOf } from "#lib/adapters/docker-swarm/services.ts";
import type { SwarmService } from "#lib/adapters/docker-swarm/services.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { imagePairs, wantedImages } from "#lib/adapters/image-list.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = { images: Record<string, string>; odd: string[] };

/** The image of each service, in the repository that it runs from where the record names none. Throws Fault. */
export async function planImages(ctx: Context, request: PlanRequest): Promise<Record<string, string>> {
  const names = ctx.settings.layers.flat();
  return wantedImages(request, names, ctx.settings.imageLists, async (name) => {
    const [service] = await servicesOf(ctx, [name]);
    return service === undefined ? null : repositoryOf(service.image);
  });
}

export const layerExecutor: Executor<Settings, Layer, Observed> = {
  observe: observeLayer,
  stable: ({ images }) => images,
  isDone: (_desired, { odd }) => odd.length === 0,
  apply: updateLayer,
  verify: verifyImages,
};

export async function observeLayer(ctx: Context, { images }: Images): Promise<Observed> {
  const services = await servicesOf(ctx, Object.keys(images));
  return {
    images: Object.fromEntries(services.map(({ name, image }) => [name, image])),
    odd: services.flatMap((service) => oddOf(service, images[service.name] ?? "") ?? []),
  };
}

async function verifyImages(ctx: Context, { images }: Images) {
  const services = await servicesOf(ctx, Object.keys(images));
  return services.map((service) => {
    const pinned = images[service.name] ?? "";
    const odd = oddOf(service, pinned);
    const running = service.tasks.filter(({ isWanted, state }) => isWanted && state === "running").length;
    return evidence(
      service.name,
      odd === null,
      odd ?? `${running} of ${running} tasks run ${shortDigest(pinned)}.`,
    );
  });
}

async function updateLayer(ctx: Context, desired: Layer): Promise<Receipt> {
  const updated: string[] = [];
  for (const service of await servicesOf(ctx, Object.keys(desired.images))) {
    const pinned = desired.images[service.name] ?? "";
    // Under way already: an earlier attempt told the swarm.
    if (oddOf(service, pinned) === null || (isAt(service.image, pinned) && service.update === "updating"))
      continue;
    await update(ctx, service, pinned, desired);
    updated.push(service.name);
  }
  await awaitTasks(ctx, desired);
  return {
    changed: true,
    summary: `${Object.keys(desired.images).join(", ")}: every task runs the wanted image.`,
    data: { updated, images: desired.images },
  };
}

/** Tells the swarm what to want. It is refused when somebody else changed the service since it was read. */
async function update(ctx: Context, service: SwarmService, pinned: string, desired: Layer): Promise<void> {
  const { spec } = service;
  const { ContainerSpec: container } = spec.TaskTemplate;
  const call = {
    method: "POST",
    path: `/services/${service.id}/update`,
    query: { version: String(service.index), registryAuthFrom: "spec" },
    headers: registryHeader(ctx, pinned),
    body: {
      ...spec,
      TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...container, Image: pinned } },
      UpdateConfig: {
        ...spec.UpdateConfig,
        Parallelism: desired.parallelism,
        Delay: desired.delaySeconds * 1e9,
        Monitor: desired.monitorSeconds * 1e9,
        MaxFailureRatio: 0,
        FailureAction: "pause",
        Order: desired.order,
      },
    },
    timeoutMs: Math.max(ctx.settings.engineSeconds, 30) * 1000,
  } as const;
  ctx.log(`Telling the swarm that ${service.name} runs ${pinned}.`);
  const answer = await engineCall(ctx, call);
  if (answer.status === 200) return;
  if (/update out of sequence/i.test(answer.body.toString("utf8")))
    throw new Fault(
      "transient",
      "CHANGED_MEANWHILE",
      `Somebody else changed ${service.name} at the same moment; nothing was told to the swarm.`,
      "It is looked at again.",
    );
  throw engineRefused(ctx, call, answer);
}

const pollMs = 400;

/** Throws Fault `permanent` UPDATE_PAUSED, LAYER_UNHEALTHY. */
async function awaitTasks(ctx: Context, { layer, images }: Layer): Promise<void> {
  const until = Date.now() + ctx.settings.layerSeconds * 1000;
  let said = "";
  for (;;) {
    const services = await servicesOf(ctx, Object.keys(images));
    const odd = services.flatMap((service) => oddOf(service, images[service.name] ?? "") ?? []);
    if (odd.length === 0) return;
    const paused = services.find(({ update: state }) => state === "paused");
    if (paused !== undefined)
      throw await failed(
        ctx,
        "UPDATE_PAUSED",
        `Layer ${layer}: the swarm paused the update of ${paused.name}: ${paused.updateMessage}`,
        paused,
      );
    const [first] = services.filter((service) => oddOf(service, images[service.name] ?? "") !== null);
    if (Date.now() > until && first !== undefined)
      throw await failed(
        ctx,
        "LAYER_UNHEALTHY",
        `Layer ${layer}: ${odd.join("; ")} after ${ctx.settings.layerSeconds} s.`,
        first,
      );
    const now = `Waiting: ${odd.join("; ")}.`;
    if (now !== said) ctx.log(ctx.redact(now));
    said = now;
    await delay(pollMs, undefined, { signal: ctx.signal }).catch(() => undefined);
    if (ctx.signal.aborted)
      throw new Fault(
        "transient",
        "CANCELLED",
        `Stopped while waiting. ${excerpt(now)}`,
        "The swarm goes on by itself; the same step looks again.",
      );
  }
}

async function failed(ctx: Context, code: string, what: string, service: SwarmService): Promise<Fault> {
  const errors = [...new Set(service.tasks.map(({ error }) => error).filter((error) => error !== ""))].slice(
    0,
    3,
  );
  const log = await engineCall(ctx, {
    path: `/services/${service.id}/logs`,
    query: { stdout: "1", stderr: "1", tail: "5" },
    maxBytes: 64 * 1024,
    timeoutMs: 5000,
  }).catch((error: unknown) => {
    if (error instanceof Fault) return null;
    throw error;
  });
  const lines =
    log?.status === 200 ? excerpt(ctx.redact(log.body.toString("utf8")), 600) : "(its log cannot be read)";
  return new Fault(
    "permanent",
    code,
    excerpt(ctx.redact(`${what} ${errors.join("; ")}`), 900) + ` Its last lines: ${lines}`,
    "The tasks that were not replaced yet still run. See to the service, then retry: the update goes on from there.",
  );
}

export const captureExecutor = checkExecutor<Settings, Nothing>(async (ctx) => {
  const services = await servicesOf(ctx, ctx.settings.layers.flat());
  return services.map(({ name, image, tasks }) =>
    evidence(
      name,
      true,
      `${tasks.filter(({ isWanted, state }) => isWanted && state === "running").length} tasks run; image ${image}.`,
    ),
  );
});

export const confirmExecutor = checkExecutor<Settings, Images>(async (ctx, { images }) => {
  const local = await localImages(ctx);
  const wanted = [...new Set(Object.values(images))];
  const missing = wanted.filter((image) => !local.some((one) => isImage(one, image)));
  for (const image of missing) await askRegistry(ctx, image);
  return wanted.map((image) =>
    evidence(
      "Image",
      true,
      `${image}: ${missing.includes(image) ? "its registry has it" : "this manager has it"}.`,
    ),
  );
});

export const versionExecutor = checkExecutor<Settings, Images>(verifyImages);

export const healthExecutor = checkExecutor<Settings, Images>(async (ctx, desired) => {
  const looked = await verifyImages(ctx, desired);
  const odd = looked.filter(({ ok }) => !ok).map(({ detail }) => detail);
  if (odd.length === 0) return looked;
  throw new Fault(
    "transient",
    "NOT_HEALTHY",
    `${excerpt(ctx.redact(odd.join("; ")), 900)}.`,
    "This is checked again within its limit.",
  );
});

const Info = z.looseObject({
  Name: z.string(),
  ServerVersion: z.string(),
  Swarm: z.looseObject({
    Cluster: z.looseObject({ ID: z.string() }).nullish(),
    ControlAvailable: z.boolean().default(false),
  }),
});

async function managerInfo(ctx: Context): Promise<{ name: string; version: string; cluster: string }> {
  const { Name, ServerVersion, Swarm } = await engineJson(ctx, Info, { path: "/info" });
  if (Swarm.ControlAvailable && Swarm.Cluster)
    return { name: Name, version: ServerVersion, cluster: Swarm.Cluster.ID };
  throw new Fault(
    "permanent",
    "NOT_A_MANAGER",
    `${Name} is no manager of a swarm.`,
    "Name a manager as host in the settings.",
  );
}

export async function identify(ctx: Context): Promise<Identity> {
  return { kind: "docker-swarm", id: (await managerInfo(ctx)).cluster };
}

export async function inspect(ctx: Context): Promise<Inspection> {
  const { name, version, cluster } = await managerInfo(ctx);
  const services = await servicesOf(ctx, ctx.settings.layers.flat());
  const odd = services.flatMap((service) => oddOf(service, service.image) ?? []);
  const pairs = imagePairs(Object.fromEntries(services.map((service) => [service.name, service.image])));
  const current: FoundVersion = {
    version: [...new Set(services.map(({ image }) => (image.includes("@") ? shortDigest(image) : image)))]
      .join(" ")
      .slice(0, 200),
    deployedAt: null,
    artifacts:
      pairs.length <= 500 && services.every(({ image }) => image.includes("@")) ? { imageDigest: pairs } : {},
    detail: pairs.slice(0, 2000),
  };
  return {
    tools: [],
    evidence: [
      evidence("Swarm", true, `${name} runs ${version} and manages ${cluster}.`),
      evidence(
        "Services",
        odd.length === 0,
        odd.length === 0 ? `All ${services.length} run.` : excerpt(odd.join("; ")),
      ),
    ],
    current,
    history: [current],
  };
}
