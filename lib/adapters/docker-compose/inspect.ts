import { z } from "zod";
import type { AdapterContext, FoundVersion, Identity, Inspection } from "#lib/adapters/contract.ts";
import { composeFound } from "#lib/adapters/docker-compose/compose-tool.ts";
import { containersOf } from "#lib/adapters/docker-compose/containers.ts";
import type { Settings } from "#lib/adapters/docker-compose/schema.ts";
import { engineJson } from "#lib/adapters/docker-engine.ts";
import { localImages, repositoryOf, shortDigest } from "#lib/adapters/docker-image.ts";
import type { LocalImage } from "#lib/adapters/docker-image.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { toolFound } from "#lib/adapters/find-program.ts";
import { imagePairs } from "#lib/adapters/image-list.ts";

type Context = AdapterContext<Settings>;

const Info = z.looseObject({ ID: z.string(), Name: z.string(), ServerVersion: z.string() });
const mostVersions = 50;
const longestArtifact = 500;

/** The engine's own id, and which of its projects. */
export async function identify(ctx: Context): Promise<Identity> {
  const { ID } = await engineJson(ctx, Info, { path: "/info" });
  return { kind: "docker-compose", id: `${ID}/${ctx.settings.project}` };
}

export async function inspect(ctx: Context): Promise<Inspection> {
  const { settings } = ctx;
  const info = await engineJson(ctx, Info, { path: "/info" });
  const services = settings.layers.flat();
  const containers = await containersOf(ctx, services);
  const images = await localImages(ctx);
  const running: Record<string, string> = {};
  for (const { service, digests, imageName, status } of containers)
    if (status === "running") running[service] ??= digests[0] ?? imageName;
  const absent = services.filter((name) => running[name] === undefined);
  const pairs = imagePairs(running);
  const tools = [await composeFound(ctx)];
  if (settings.restoreFiles !== undefined)
    tools.push(await toolFound("git", settings.gitPath, ["--version"], ctx.signal));
  return {
    tools,
    evidence: [
      evidence("Docker Engine", true, `${info.Name} runs ${info.ServerVersion}, id ${info.ID}.`),
      evidence(
        "Services",
        absent.length === 0,
        absent.length === 0 ? `All ${services.length} run.` : `No container runs for ${absent.join(", ")}.`,
      ),
    ],
    current:
      Object.keys(running).length === 0
        ? null
        : {
            version: currentVersion(Object.values(running), images),
            deployedAt: null,
            artifacts:
              pairs.length <= longestArtifact && !pairs.includes("=sha256:") ? { imageDigest: pairs } : {},
            detail: pairs.slice(0, 2000),
          },
    history: localVersions(Object.values(running).map(repositoryOf), images),
  };
}

/** The one tag of what runs, or the digests. */
function currentVersion(running: readonly string[], images: readonly LocalImage[]): string {
  const names = running.map(
    (name) => tagOf(images.find(({ digests }) => digests.includes(name))) ?? shortDigest(name),
  );
  return [...new Set(names)].join(" ").slice(0, 200);
}

const tagOf = (image: LocalImage | undefined): string | null => image?.tags[0]?.replace(/^.*:/, "") ?? null;

/** What the engine still has of the repositories that run: each can come back without a registry. */
function localVersions(repositories: readonly string[], images: readonly LocalImage[]): FoundVersion[] {
  const known = images.flatMap((image) => {
    const digest = image.digests.find((name) => repositories.includes(repositoryOf(name)));
    return digest === undefined ? [] : [{ ...image, digest }];
  });
  return known
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
    .slice(0, mostVersions)
    .map(({ digest, createdAt, ...image }) => ({
      version: tagOf(image as LocalImage) ?? shortDigest(digest),
      deployedAt: null,
      artifacts: { imageDigest: digest },
      detail: `${digest}, built ${createdAt}`,
    }));
}
