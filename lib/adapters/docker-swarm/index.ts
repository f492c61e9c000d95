import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { Operation } from "#lib/adapters/contract.ts";
import { engineSecrets } from "#lib/adapters/docker-engine.ts";
import { registrySecrets, shortDigest } from "#lib/adapters/docker-image.ts";
import type { Observed } from "#lib/adapters/docker-swarm/executor.ts";
import { Images, Layer, Nothing, Settings } from "#lib/adapters/docker-swarm/schema.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";

const executors = () => import("#lib/adapters/docker-swarm/executor.ts");
const look = { mutating: false, reversibility: "reversible" } as const;
const docker = ({ host }: Settings, ...words: string[]): string =>
  `DOCKER_HOST=${shellQuote(host)} ${shellCommand(["docker", ...words])}`;
const planned =
  (title: string): Operation<Settings, Images, null>["plan"] =>
  async (ctx, request) => {
    const images = await (await executors()).planImages(ctx, request);
    return { title, desired: { images }, observed: null };
  };
const tasks = (settings: Settings, { images }: Images): string =>
  docker(
    settings,
    "service",
    "ps",
    "--no-trunc",
    "--filter",
    "desired-state=running",
    ...Object.keys(images),
  );

export const dockerSwarm = defineAdapter<Settings>({
  id: "docker-swarm",
  title: "Docker Swarm",
  description:
    "Services of a swarm, in layers: each is told to run the image that the deployment record names by digest, its tasks are replaced a few at a time, and the next layer waits until all of them run. An update that fails is paused, never taken back by the swarm itself. The deployment's `imageDigest` is `repository@sha256:…` or `sha256:…` for all services alike, `service=repository@sha256:…` pairs separated by commas, or `list:sha256:…` of an image list.",
  components: ["code"],
  settings: Settings,
  secrets: { ...engineSecrets, ...registrySecrets },
  proof: {
    kind: "real",
    against: "Docker Engine 20.10.24 in swarm mode, one manager, and Docker Registry 2.8.2",
  },
  example: {
    component: "code",
    settings: {
      host: "tcp://manager.internal:2376",
      layers: [["shop_data"], ["shop_api", "shop_worker"]],
      parallelism: 2,
    },
    secrets: {
      ca: "file:/var/lib/lastgood/secrets.d/swarm-ca.pem",
      cert: "file:/var/lib/lastgood/secrets.d/swarm-cert.pem",
      key: "file:/var/lib/lastgood/secrets.d/swarm-key.pem",
    },
  },
  identify: async (ctx) => (await executors()).identify(ctx),
  inspect: async (ctx) => (await executors()).inspect(ctx),
  operations: [
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "capture",
      title: "Record what runs",
      phase: "initiation",
      limitSeconds: 60,
      desired: Nothing,
      plan: () =>
        Promise.resolve({ title: "Record the services and their images", desired: {}, observed: null }),
      command: ({ layers, ...settings }) =>
        docker({ layers, ...settings }, "service", "inspect", "--pretty", ...layers.flat()),
      executor: async () => (await executors()).captureExecutor,
    }),
    defineOperation<Settings, Images, null>({
      ...look,
      id: "confirm",
      title: "Confirm that the images can be had",
      phase: "validation",
      limitSeconds: 120,
      desired: Images,
      plan: planned("Confirm that the images can be had by digest, before anything is replaced"),
      command: (settings, { images }) =>
        Object.values(images)
          .map((image) => docker(settings, "manifest", "inspect", image))
          .join(" && "),
      executor: async () => (await executors()).confirmExecutor,
    }),
    defineOperation<Settings, Layer, Observed>({
      id: "start-layer",
      serving: "keeps",
      title: "Replace the tasks of one layer, and wait until all of them run",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 300,
      desired: Layer,
      plan: async (ctx, request) => {
        const { planImages, observeLayer } = await executors();
        const all = await planImages(ctx, request);
        const { layers, parallelism, delaySeconds, monitorSeconds, order } = ctx.settings;
        const plans = layers.map(async (services, index) => {
          const images = Object.fromEntries(services.map((name) => [name, all[name] ?? ""]));
          const desired = { layer: index + 1, images, parallelism, delaySeconds, monitorSeconds, order };
          const names = Object.entries(images).map(([name, image]) => `${name} to ${shortDigest(image)}`);
          const place = layers.length === 1 ? "" : ` (layer ${index + 1} of ${layers.length})`;
          return {
            title: `Update ${names.join(", ")}${place}`,
            desired,
            observed: await observeLayer(ctx, desired),
          };
        });
        return Promise.all(plans);
      },
      command: (settings, desired) => {
        const { images, parallelism, delaySeconds, monitorSeconds, order } = desired;
        const update = [
          ...["--update-parallelism", String(parallelism), "--update-delay", `${delaySeconds}s`],
          ...["--update-monitor", `${monitorSeconds}s`, "--update-order", order],
          ...["--update-failure-action", "pause", "--with-registry-auth"],
        ];
        return Object.entries(images)
          .map(([name, image]) => docker(settings, "service", "update", "--image", image, ...update, name))
          .join(" && ");
      },
      executor: async () => (await executors()).layerExecutor,
    }),
    defineOperation<Settings, Images, null>({
      ...look,
      id: "verify-version",
      title: "Verify that every task runs the wanted image",
      phase: "verification",
      limitSeconds: 60,
      desired: Images,
      plan: planned("Verify that every task runs its image, by digest"),
      command: tasks,
      executor: async () => (await executors()).versionExecutor,
    }),
    defineOperation<Settings, Images, null>({
      ...look,
      id: "verify-health",
      title: "Verify that every task runs",
      phase: "verification",
      limitSeconds: 120,
      desired: Images,
      plan: planned("Verify that all tasks run"),
      command: tasks,
      executor: async () => (await executors()).healthExecutor,
    }),
  ],
});
