import path from "node:path";
import type { Restart, Settings } from "#lib/adapters/docker-compose/schema.ts";

/** The compose files of the settings, by absolute path. */
export const projectFiles = (settings: Settings): string[] =>
  settings.files.map((file) => path.resolve(settings.projectFolder, file));
export const pinPath = (settings: Settings): string => path.resolve(settings.projectFolder, settings.pinFile);

/** The options that name the project; the same for both generations of compose. */
export function composeArguments(settings: Settings, files: readonly string[]): string[] {
  const { project, projectFolder, envFile } = settings;
  return [
    ...["-p", project, "--project-directory", projectFolder],
    ...(envFile === undefined ? [] : ["--env-file", path.resolve(projectFolder, envFile)]),
    ...files.flatMap((file) => ["-f", file]),
  ];
}

const header =
  "# Written by Lastgood: the image of each service, by digest. Start the project with this file as the last -f.";

/** The compose file that pins images; the same images give the same bytes. */
export function pinContent(images: Readonly<Record<string, string>>): string {
  const services = Object.entries(images)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, image]) =>
        `  ${JSON.stringify(name)}:\n    image: ${JSON.stringify(image)}\n    pull_policy: never\n`,
    );
  return `${header}\nservices:\n${services.join("")}`;
}

export const rollbackLabel = "lastgood.rollback";

/** What compose is given beside the project's own files; without `images` they say what runs. */
export function restartOverride(
  { services, rollback }: Pick<Restart, "services" | "rollback">,
  images: Readonly<Record<string, string>> = {},
): string {
  const own = services.map((name) => [
    name,
    {
      ...(images[name] !== undefined && { image: images[name] }),
      pull_policy: "never",
      labels: { [rollbackLabel]: rollback },
    },
  ]);
  // JSON is YAML.
  return JSON.stringify({ services: Object.fromEntries(own) as Record<string, unknown> });
}
