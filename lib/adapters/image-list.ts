import { createHash } from "node:crypto";
import path from "node:path";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import type { PlanRequest } from "#lib/adapters/contract.ts";
import { PinnedImage } from "#lib/adapters/docker-image.ts";
import { readPlainFile } from "#lib/adapters/plain-file.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Fields of the settings of adapters that start several services, each on an image of its own. */
export const imageListFields = {
  imageLists: AbsolutePath.optional().describe(
    "Folder of image lists, for deployments of more services than fit into the deployment's imageDigest: a list is a file of service=repository@sha256:… lines, named by the SHA-256 of its content and .images; the deployment names it as list:sha256:…",
  ),
};

const digest = /^sha256:[0-9a-f]{64}$/;
const listName = /^list:(sha256:[0-9a-f]{64})$/;
const serviceName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** One image for all services, or one for each that is named. Either may lack its repository. */
type ImageNames = { all: string } | { by: Record<string, string> };

/**
 * What a deployment says of its images: `sha256:…` or `repository@sha256:…` for every service, or `service=…` pairs,
 * separated by commas or white space. Null: it is neither.
 */
export function parseImageNames(text: string): ImageNames | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const [only] = words;
  if (only !== undefined && words.length === 1 && !only.includes("="))
    return isName(only) ? { all: only } : null;
  const by: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf("=");
    const [service, image] = [word.slice(0, at), word.slice(at + 1)];
    if (at < 1 || !serviceName.test(service) || !isName(image) || Object.hasOwn(by, service)) return null;
    by[service] = image;
  }
  return words.length === 0 ? null : { by };
}

const isName = (text: string): boolean => digest.test(text) || PinnedImage.safeParse(text).success;

/** The pairs of several services as a deployment record names them. */
export function imagePairs(images: Readonly<Record<string, string>>): string {
  return Object.entries(images)
    .map(([service, image]) => `${service}=${image}`)
    .join(",");
}

/**
 * The image of each service, by digest, that the deployment record names. `repository` tells where a bare digest is to
 * be had. Throws Fault `permanent`: NO_IMAGE, INVALID_IMAGE, LIST_MISSING, LIST_CHANGED; nothing is ever guessed.
 */
export async function wantedImages(
  request: Pick<PlanRequest, "to">,
  services: readonly string[],
  imageLists: string | undefined,
  repository: (service: string) => Promise<string | null>,
): Promise<Record<string, string>> {
  const { version, artifacts } = request.to;
  if (artifacts.imageDigest === null)
    throw new Fault(
      "permanent",
      "NO_IMAGE",
      `The deployment of ${version} names no image digest.`,
      `Report the deployment with imageDigest: ${format}.`,
    );
  const names = await namesOf(artifacts.imageDigest, imageLists);
  if (names === null)
    throw new Fault(
      "permanent",
      "INVALID_IMAGE",
      `The image digest in the deployment record of ${version} cannot be read.`,
      `Report it as ${format}.`,
    );
  const images: Record<string, string> = {};
  const without: string[] = [];
  for (const service of services) {
    const name =
      "all" in names ? names.all : Object.hasOwn(names.by, service) ? names.by[service] : undefined;
    if (name === undefined) without.push(service);
    else images[service] = digest.test(name) ? await withRepository(name, service, repository) : name;
  }
  if (without.length === 0) return images;
  throw new Fault(
    "permanent",
    "NO_IMAGE",
    `The deployment of ${version} names no image for ${without.join(", ")}.`,
    `Report it with a digest for each service: ${format}. Or leave these services out of the settings.`,
  );
}

const format =
  "sha256:… or repository@sha256:… for all services alike, service=repository@sha256:… pairs separated by commas, or list:sha256:… of an image list";

async function namesOf(text: string, folder: string | undefined): Promise<ImageNames | null> {
  const hash = listName.exec(text)?.[1];
  if (hash === undefined) return parseImageNames(text);
  if (folder === undefined)
    throw new Fault(
      "permanent",
      "LIST_MISSING",
      "The deployment names an image list, and the target has no folder of them.",
      "Set imageLists in the settings of the target.",
    );
  const file = path.join(folder, `${hash.slice("sha256:".length)}.images`);
  const found = await readPlainFile(file);
  if (found === null)
    throw new Fault(
      "permanent",
      "LIST_MISSING",
      `The image list ${file} is not there.`,
      "Put the file there as it was when the deployment was reported.",
    );
  if (`sha256:${createHash("sha256").update(found.content).digest("hex")}` !== hash)
    throw new Fault(
      "permanent",
      "LIST_CHANGED",
      `${file} is not the list that the deployment names: its content has another hash.`,
      "Find out who changed it, and put the right one there.",
    );
  const lines = found.content.toString("utf8").split("\n");
  return parseImageNames(lines.filter((line) => !line.trimStart().startsWith("#")).join("\n"));
}

async function withRepository(
  name: string,
  service: string,
  repository: (service: string) => Promise<string | null>,
): Promise<string> {
  const found = PinnedImage.safeParse(`${(await repository(service)) ?? ""}@${name}`);
  if (found.success) return found.data;
  throw new Fault(
    "permanent",
    "NO_REPOSITORY",
    `Nothing tells from which repository ${service} is fetched.`,
    "Name the repository in the deployment's imageDigest, or an image in the compose file.",
  );
}
