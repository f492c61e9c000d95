import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { engineFields } from "#lib/adapters/docker-engine.ts";
import { PinnedImage } from "#lib/adapters/docker-image.ts";
import { HttpUrl } from "#lib/adapters/http-address.ts";
import { imageListFields } from "#lib/adapters/image-list.ts";

const ServiceName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "Write a service's name as in the compose file.");

/** A file within the project's folder, or somewhere else by its absolute path. */
const ProjectFile = z
  .string()
  .max(500)
  .regex(
    /^\/?(?:(?!\.{1,2}(?:\/|$))[^\/\x00-\x1f\x7f-][^\/\x00-\x1f\x7f]*\/)*(?!\.{1,2}$)[^\/\x00-\x1f\x7f-][^\/\x00-\x1f\x7f]*$/,
    "Write a file name, a path below the project's folder, or an absolute path; without . or .. in it.",
  );

/** Variables of the tools themselves are set by other settings. */
const Variable = z
  .string()
  .regex(
    /^(?!(?:DOCKER_|COMPOSE_|LD_|PYTHON|GIT_)|(?:PATH|HOME|IFS)$)[A-Za-z_][A-Za-z0-9_]{0,127}$/,
    "Write a variable of the compose files; those of the tools have settings of their own.",
  );
export const isVariable = (name: string): boolean => Variable.safeParse(name).success;

const Probe = z.union([
  z.strictObject({ http: HttpUrl.describe("Must answer with a status 2xx") }),
  z.strictObject({
    tcp: z
      .string()
      .max(260)
      .regex(/^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):\d{1,5}$/, "Write host:port.")
      .describe("Must take a connection"),
  }),
]);
export type Probe = z.output<typeof Probe>;

export const Settings = z
  .strictObject({
    ...engineFields,
    composePath: AbsolutePath.optional().describe(
      "docker-compose, or the compose plugin of docker, where it is not found: `docker compose` is tried first, then docker-compose",
    ),
    project: z
      .string()
      .max(63)
      .regex(/^[a-z0-9][a-z0-9_-]*$/, "Write the project's name as docker compose ls shows it.")
      .describe("Name of the compose project"),
    projectFolder: AbsolutePath.describe("Folder of the project on the worker's machine"),
    files: z
      .array(ProjectFile)
      .min(1)
      .max(10)
      .default(["docker-compose.yml"])
      .describe("Compose files, in order; without the file of the pinned images"),
    envFile: ProjectFile.optional().describe("File of variables for the compose files, in place of .env"),
    variables: z
      .record(Variable, z.string().max(4000))
      .default({})
      .describe("Variables that the compose files use and that are no secrets"),
    pinFile: ProjectFile.default("compose.lastgood.yaml").describe(
      "A compose file of Lastgood's own that pins each service to an image by digest. Start the project with it as the last -f, always, so that nobody brings the bad version back",
    ),
    layers: z
      .array(z.array(ServiceName).min(1).max(50))
      .min(1)
      .max(30)
      .describe(
        "Services that are rolled back, layer by layer: each layer starts when the one before is healthy",
      ),
    infrastructure: z
      .array(ServiceName)
      .max(50)
      .default([])
      .describe("Services that are never touched: databases, queues"),
    probes: z
      .record(ServiceName, Probe)
      .default({})
      .describe("What a service must answer to count as healthy, besides its container's own health check"),
    layerSeconds: z
      .number()
      .min(1)
      .max(280)
      .default(120)
      .describe("How long each layer may take to become healthy; then the rollback stops and shows its log"),
    steadySeconds: z
      .number()
      .min(0)
      .max(120)
      .default(3)
      .describe("A container without a health check must have run for so long"),
    pullSeconds: z.number().min(1).max(1800).default(240).describe("How long fetching each image may take"),
    ...imageListFields,
    restoreFiles: z
      .strictObject({
        repository: AbsolutePath.describe(
          "A git repository on the worker's machine, with or without a work tree",
        ),
        folder: ProjectFile.optional().describe(
          "Where in the repository the compose files stand; its top unless given",
        ),
      })
      .optional()
      .describe(
        "Take the compose files, too, back to what they were at the deployment's commit. Files by absolute path stay as they are",
      ),
    gitPath: AbsolutePath.optional().describe("git, where it is not found"),
  })
  .superRefine(({ layers, infrastructure, probes, files, pinFile }, issues) => {
    const services = layers.flat();
    const complain = (path: string, message: string): void =>
      issues.addIssue({ code: "custom", path: [path], message });
    if (new Set(services).size !== services.length) complain("layers", "A service stands in two places.");
    const both = services.filter((name) => infrastructure.includes(name));
    if (both.length > 0) complain("infrastructure", `${both.join(", ")} is in a layer as well.`);
    const stray = Object.keys(probes).filter((name) => !services.includes(name));
    if (stray.length > 0) complain("probes", `${stray.join(", ")} is in no layer.`);
    if (files.includes(pinFile))
      complain("pinFile", "Leave the pin file out of the files; it is added last.");
  });
export type Settings = z.output<typeof Settings>;

const Images = z.record(ServiceName, PinnedImage);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Files = z.record(AbsolutePath, Sha256).describe("The compose files, with the SHA-256 of each content");

export const Nothing = z.strictObject({});
export type Nothing = z.output<typeof Nothing>;

export const Stop = z.strictObject({
  layers: z
    .array(z.array(ServiceName))
    .describe("Services that do not run, in the order in which they are stopped"),
});
export type Stop = z.output<typeof Stop>;

export const Pins = z.strictObject({ images: Images.describe("The image of each service, by digest") });
export type Pins = z.output<typeof Pins>;

export const Pull = z.strictObject({
  images: z.array(PinnedImage).describe("Images that the engine has, by digest"),
});
export type Pull = z.output<typeof Pull>;

export const Layer = z.strictObject({
  layer: z.number().int().describe("Which one, counted from 1"),
  services: z.array(ServiceName).describe("The services of this layer"),
  replicas: z.record(ServiceName, z.number().int()).describe("How many containers each has"),
  images: Images.describe("The image of each service of the target, by digest"),
  files: Files,
});
export type Layer = z.output<typeof Layer>;

export const Running = z.strictObject({
  images: Images,
  replicas: z.record(ServiceName, z.number().int()).describe("How many containers of each service run it"),
});
export type Running = z.output<typeof Running>;

export const Healthy = Running.pick({ replicas: true });
export type Healthy = z.output<typeof Healthy>;

export const Revert = z.strictObject({
  commit: z.string().describe("The commit that the deployment names, in full"),
  files: Files,
});
export type Revert = z.output<typeof Revert>;

export const Restart = z.strictObject({
  services: z.array(ServiceName).describe("Services whose containers were created for this rollback"),
  images: z.record(ServiceName, z.string()).describe("The images that they run and keep"),
  version: Images.optional().describe(
    "The images of the version: kept instead where the code went back to them before, in the same rollback",
  ),
  replicas: z.record(ServiceName, z.number().int()).describe("How many containers each has"),
  rollback: z.string().describe("Stands in the label lastgood.rollback of each container"),
});
export type Restart = z.output<typeof Restart>;
