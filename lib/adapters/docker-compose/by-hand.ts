import path from "node:path";
import {
  composeArguments,
  pinContent,
  pinPath,
  projectFiles,
  restartOverride,
} from "#lib/adapters/docker-compose/project.ts";
import type {
  Layer,
  Pins,
  Pull,
  Restart,
  Revert,
  Settings,
  Stop,
} from "#lib/adapters/docker-compose/schema.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";

/* What a person would type. */

const engine = ({ host }: Settings): string => `DOCKER_HOST=${shellQuote(host)}`;
const docker = (settings: Settings, ...words: string[]): string =>
  `${engine(settings)} ${shellCommand(["docker", ...words])}`;

function compose(settings: Settings, files: readonly string[], ...words: string[]): string {
  const tool = settings.composePath === undefined ? ["docker", "compose"] : [settings.composePath];
  const variables = Object.entries(settings.variables).map(([name, value]) => `${name}=${shellQuote(value)}`);
  return [
    ...variables,
    engine(settings),
    shellCommand([...tool, ...composeArguments(settings, files), ...words]),
  ].join(" ");
}
const pinned = (settings: Settings): string[] => [...projectFiles(settings), pinPath(settings)];
const ofProject = ({ project }: Settings): string[] => [
  "--filter",
  `label=com.docker.compose.project=${project}`,
];

export const capture = (settings: Settings): string =>
  docker(settings, "ps", "-a", "--no-trunc", ...ofProject(settings));

export const containers = (settings: Settings): string =>
  docker(
    settings,
    "ps",
    "-a",
    ...ofProject(settings),
    "--format",
    "table {{.Names}}\t{{.Image}}\t{{.Status}}",
  );

/** The services of a procedure may be stopped by the compose files as they are: images do not matter to that. */
export const stop = (settings: Settings, { layers }: Stop): string =>
  layers.map((services) => compose(settings, projectFiles(settings), "stop", ...services)).join(" && ");

export const confirm = (settings: Settings, { images }: Pull): string =>
  images
    .map(
      (image) =>
        `{ ${docker(settings, "image", "inspect", image)} || ${docker(settings, "manifest", "inspect", image)}; }`,
    )
    .join(" && ");

export const pull = (settings: Settings, { images }: Pull): string =>
  images.map((image) => docker(settings, "pull", image)).join(" && ");

export function pin(settings: Settings, { images }: Pins): string {
  const file = pinPath(settings);
  return `printf %s ${shellQuote(pinContent(images))} > ${shellQuote(`${file}.new`)} && ${shellCommand(["mv", `${file}.new`, file])}`;
}

export const startLayer = (settings: Settings, { services, replicas }: Layer): string =>
  `${up(settings, { services, replicas }, pinned(settings))} && ${containers(settings)}`;

export const restart = (settings: Settings, desired: Restart): string =>
  `printf %s ${shellQuote(restartOverride(desired))} > /tmp/restart.yaml && ${up(settings, desired, [...pinned(settings), "/tmp/restart.yaml"])}`;

function up(
  settings: Settings,
  { services, replicas }: Pick<Layer, "services" | "replicas">,
  files: string[],
): string {
  const scale = services.flatMap((name) => ["--scale", `${name}=${replicas[name] ?? 1}`]);
  return compose(settings, files, "up", "-d", "--no-deps", "--no-build", ...scale, ...services);
}

export function revert(settings: Settings, { commit, files }: Revert): string {
  const { repository = "/", folder = "" } = settings.restoreFiles ?? {};
  return Object.keys(files)
    .map((file) => {
      const within = path.posix.join(folder, path.relative(settings.projectFolder, file));
      const show = shellCommand(["git", "-C", repository, "show", `${commit}:${within}`]);
      return `${show} > ${shellQuote(`${file}.new`)} && ${shellCommand(["mv", `${file}.new`, file])}`;
    })
    .join(" && ");
}
