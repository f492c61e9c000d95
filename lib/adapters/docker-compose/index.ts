import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { AdapterContext, PlanRequest } from "#lib/adapters/contract.ts";
import * as byHand from "#lib/adapters/docker-compose/by-hand.ts";
import type { PinsObserved, PullObserved } from "#lib/adapters/docker-compose/pins.ts";
import type { Observed as RestartObserved } from "#lib/adapters/docker-compose/restart.ts";
import type { Observed as RevertObserved } from "#lib/adapters/docker-compose/revert-commit.ts";
import {
  Healthy,
  Layer,
  Nothing,
  Pins,
  Pull,
  Restart,
  Revert,
  Running,
  Settings,
  Stop,
} from "#lib/adapters/docker-compose/schema.ts";
import type { Observed as LayerObserved } from "#lib/adapters/docker-compose/start-layer.ts";
import type { Observed as StopObserved } from "#lib/adapters/docker-compose/stop.ts";
import { engineSecrets } from "#lib/adapters/docker-engine.ts";
import { registrySecrets, shortDigest } from "#lib/adapters/docker-image.ts";

const plans = () => import("#lib/adapters/docker-compose/plan.ts");
const wanted = async (ctx: AdapterContext<Settings>, request: PlanRequest) =>
  (await plans()).wanted(ctx, request);
const stops = () => import("#lib/adapters/docker-compose/stop.ts");
const pins = () => import("#lib/adapters/docker-compose/pins.ts");
const starts = () => import("#lib/adapters/docker-compose/start-layer.ts");
const restarts = () => import("#lib/adapters/docker-compose/restart.ts");
const reverting = () => import("#lib/adapters/docker-compose/revert-commit.ts");
const checks = () => import("#lib/adapters/docker-compose/checks.ts");
const looks = () => import("#lib/adapters/docker-compose/inspect.ts");

const look = { mutating: false, reversibility: "reversible" } as const;
const act = { mutating: true, reversibility: "reversible", phase: "execution" } as const;
/** Of a configuration alone nothing but the restart belongs to compose: the images stay. */
const isCode = (request: PlanRequest): boolean => request.component === "code";

export const dockerCompose = defineAdapter<Settings>({
  id: "docker-compose",
  title: "Docker Compose",
  description:
    "Services of a compose project, in layers: each starts on the image that the deployment record names by digest, and the next one waits until it is healthy. Databases and queues that are named as infrastructure are never touched. The deployment's `imageDigest` is `repository@sha256:…` or `sha256:…` for all services alike, `service=repository@sha256:…` pairs separated by commas, or `list:sha256:…` of an image list. As a configuration target it creates the services anew, so that they read what was restored before.",
  components: ["code", "configuration"],
  settings: Settings,
  secrets: {
    ...engineSecrets,
    ...registrySecrets,
    "*": "Given to compose as the variable of that name, for the compose files",
  },
  proof: {
    kind: "real",
    against: "Docker Engine 20.10.24, docker-compose 1.29.2, docker compose 2.26.1 and Docker Registry 2.8.2",
  },
  example: {
    component: "code",
    settings: {
      project: "agentic",
      projectFolder: "/srv/agentic",
      files: ["docker-compose.app.yml"],
      layers: [["l01-data-layer"], ["l02-runtime", "l03-tool-execution"], ["l09-api-gateway"]],
      infrastructure: ["postgres", "redis", "consul", "etcd"],
      probes: { "l09-api-gateway": { http: "http://127.0.0.1:8009/health/live" } },
      imageLists: "/srv/agentic/images",
    },
    secrets: {
      registryUser: "env:LASTGOOD_SECRET_REGISTRY_USER",
      registryPassword: "file:/var/lib/lastgood/secrets.d/registry",
    },
  },
  // Compose needs seconds to read its files on a busy machine; the engine is given up on by its own limit.
  lookSeconds: 60,
  identify: async (ctx) => (await looks()).identify(ctx),
  inspect: async (ctx) => (await looks()).inspect(ctx),
  operations: [
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "capture",
      title: "Record what runs",
      phase: "initiation",
      limitSeconds: 60,
      desired: Nothing,
      plan: () =>
        Promise.resolve({
          title: "Record the containers of the project and their images",
          desired: {},
          observed: null,
        }),
      command: byHand.capture,
      executor: async () => (await checks()).captureExecutor,
    }),
    defineOperation<Settings, Pull, null>({
      ...look,
      id: "confirm",
      title: "Confirm that the images can be had",
      phase: "validation",
      limitSeconds: 120,
      desired: Pull,
      plan: async (ctx, request) => {
        if (!isCode(request)) return null;
        const images = [...new Set(Object.values((await wanted(ctx, request)).images))];
        return {
          title: `Confirm that ${images.length} images can be had by digest, before anything stops`,
          desired: { images },
          observed: null,
        };
      },
      command: byHand.confirm,
      executor: async () => (await pins()).confirmExecutor,
    }),
    defineOperation<Settings, Stop, StopObserved>({
      ...act,
      id: "stop",
      serving: "stops",
      title: "Stop the services, the last layer first",
      limitSeconds: 300,
      desired: Stop,
      plan: async (ctx, request) => {
        if (!isCode(request)) return null;
        const layers = ctx.settings.layers.toReversed();
        const observed = await (await stops()).observeStop(ctx, { layers });
        return { title: `Stop ${layers.flat().join(", ")}`, desired: { layers }, observed };
      },
      command: byHand.stop,
      executor: async () => (await stops()).stopExecutor,
    }),
    defineOperation<Settings, Revert, RevertObserved>({
      ...act,
      id: "revert-commit",
      serving: "keeps",
      title: "Put the compose files back to the deployment's commit",
      limitSeconds: 60,
      desired: Revert,
      plan: async (ctx, request) => {
        if (!isCode(request) || ctx.settings.restoreFiles === undefined) return null;
        const { committedFiles } = await import("#lib/adapters/docker-compose/git-files.ts");
        const { commit, files } = await committedFiles(ctx, request);
        const desired = {
          commit,
          files: Object.fromEntries(files.map(({ file, sha256 }) => [file, sha256])),
        };
        const observed = await (await reverting()).observeFiles(ctx, desired);
        return { title: `Put the compose files back to ${commit.slice(0, 12)}`, desired, observed };
      },
      command: byHand.revert,
      executor: async () => (await reverting()).revertExecutor,
    }),
    defineOperation<Settings, Pins, PinsObserved>({
      ...act,
      id: "pin-images",
      serving: "keeps",
      title: "Pin each service to its image, by digest",
      limitSeconds: 30,
      desired: Pins,
      plan: async (ctx, request) => {
        if (!isCode(request)) return null;
        const { images } = await wanted(ctx, request);
        const names = Object.entries(images).map(([name, image]) => `${name} to ${shortDigest(image)}`);
        const what = `What the compose files say of the images, without ${ctx.settings.pinFile}`;
        return {
          title: `Pin ${names.join(", ")}`,
          desired: { images },
          observed: await (await pins()).observePins(ctx, { images }),
          notReverted: [
            { what, why: "Whoever starts the project without that file gets what the compose files name." },
          ],
        };
      },
      command: byHand.pin,
      executor: async () => (await pins()).pinExecutor,
    }),
    defineOperation<Settings, Pull, PullObserved>({
      ...act,
      id: "pull",
      serving: "keeps",
      title: "Fetch the images",
      limitSeconds: 600,
      desired: Pull,
      plan: async (ctx, request) => {
        if (!isCode(request)) return null;
        const images = [...new Set(Object.values((await wanted(ctx, request)).images))];
        const observed = await (await pins()).observePull(ctx, { images });
        return { title: `Fetch ${images.length} images by digest`, desired: { images }, observed };
      },
      command: byHand.pull,
      executor: async () => (await pins()).pullExecutor,
    }),
    defineOperation<Settings, Layer, LayerObserved>({
      ...act,
      id: "start-layer",
      serving: "resumes",
      title: "Start one layer, and wait until it is healthy",
      limitSeconds: 300,
      desired: Layer,
      plan: async (ctx, request) => {
        if (!isCode(request)) return null;
        const { images, replicas, files } = await wanted(ctx, request);
        const { observeLayer } = await starts();
        const layers = ctx.settings.layers.map(async (services, index, { length }) => {
          const own = Object.fromEntries(services.map((name) => [name, replicas[name] ?? 1]));
          const desired = { layer: index + 1, services, replicas: own, images, files };
          const place = length === 1 ? "" : ` (layer ${index + 1} of ${length})`;
          const title = `Start ${services.join(", ")}${place} and wait until healthy`;
          return { title, desired, observed: await observeLayer(ctx, desired) };
        });
        return Promise.all(layers);
      },
      command: byHand.startLayer,
      executor: async () => (await starts()).layerExecutor,
    }),
    defineOperation<Settings, Restart, RestartObserved>({
      ...act,
      id: "restart",
      serving: "interrupts",
      title: "Create the services anew, so that they read their configuration",
      limitSeconds: 300,
      desired: Restart,
      plan: async (ctx, request) => (isCode(request) ? null : (await restarts()).planRestart(ctx, request)),
      command: byHand.restart,
      executor: async () => (await restarts()).restartExecutor,
    }),
    defineOperation<Settings, Running, null>({
      ...look,
      id: "verify-version",
      title: "Verify that every container runs the wanted image",
      phase: "verification",
      limitSeconds: 60,
      desired: Running,
      plan: async (ctx, request) => {
        if (!isCode(request)) return null;
        const { images, replicas } = await wanted(ctx, request);
        return {
          title: "Verify that every container runs its image, by digest",
          desired: { images, replicas },
          observed: null,
        };
      },
      command: byHand.containers,
      executor: async () => (await checks()).versionExecutor,
    }),
    defineOperation<Settings, Healthy, null>({
      ...look,
      id: "verify-health",
      title: "Verify that every container is healthy",
      phase: "verification",
      limitSeconds: 120,
      desired: Healthy,
      plan: async (ctx, request) => {
        const replicas = isCode(request)
          ? (await wanted(ctx, request)).replicas
          : await (await plans()).replicasOf(ctx);
        return {
          title: `Verify that ${Object.keys(replicas).join(", ")} are healthy`,
          desired: { replicas },
          observed: null,
        };
      },
      command: byHand.containers,
      executor: async () => (await checks()).healthExecutor,
    }),
  ],
});
