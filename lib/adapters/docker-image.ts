import { z } from "zod";
import {
  engineCall,
  engineJson,
  engineRefused,
  messageOf,
  registryFault,
} from "#lib/adapters/docker-engine.ts";
import type { EngineContext } from "#lib/adapters/docker-engine.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { Fault } from "#lib/domain/errors.ts";

/** `repository@sha256:…`: the one name of an image that never comes to mean another. */
export const PinnedImage = z
  .string()
  .max(400)
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._:/-]*[A-Za-z0-9])?@sha256:[0-9a-f]{64}$/,
    "Write repository@sha256: and 64 hexadecimal digits.",
  );

const LocalImage = z.looseObject({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
  RepoTags: z.array(z.string()).nullish(),
  Created: z.number(),
});
export type LocalImage = { id: string; digests: string[]; tags: string[]; createdAt: string };

/** The images that the engine has. */
export async function localImages(ctx: EngineContext): Promise<LocalImage[]> {
  const rows = await engineJson(ctx, z.array(LocalImage), { path: "/images/json" });
  return rows.map((row) => ({
    id: row.Id,
    digests: (row.RepoDigests ?? []).filter((name) => !name.startsWith("<none>")),
    tags: (row.RepoTags ?? []).filter((name) => !name.startsWith("<none>")),
    createdAt: new Date(row.Created * 1000).toISOString(),
  }));
}

export const digestOf = (name: string): string => name.slice(name.indexOf("@") + 1);
export const repositoryOf = (name: string): string => {
  const bare = name.split("@")[0] ?? "";
  return bare.replace(/:[^/:]*$/, "");
};
/** A digest as people compare it. */
export const shortDigest = (name: string): string =>
  digestOf(name).slice("sha256:".length, "sha256:".length + 12);

/** Whether an image is that of a pinned name: by its digest, whatever repositories and tags it has. */
export function isImage({ id, digests }: Pick<LocalImage, "id" | "digests">, pinned: string): boolean {
  const wanted = digestOf(pinned);
  return id === wanted || digests.some((name) => digestOf(name) === wanted);
}

/**
 * Whether the registry has an image, as the engine sees it; nothing is fetched. Throws Fault `permanent` IMAGE_GONE,
 * REGISTRY_REFUSED, `transient` REGISTRY_UNREACHABLE.
 */
export async function askRegistry(ctx: EngineContext, pinned: string): Promise<void> {
  const call = {
    path: `/distribution/${pinned}/json`,
    headers: registryHeader(ctx, pinned),
    timeoutMs: Math.max(ctx.settings.engineSeconds, 30) * 1000,
  };
  const answer = await engineCall(ctx, call);
  if (answer.status === 200) return;
  const said = messageOf(ctx, answer);
  if (answer.status === 404)
    throw registryFault(`manifest unknown: ${said}`) ?? engineRefused(ctx, call, answer);
  throw registryFault(said) ?? engineRefused(ctx, call, answer);
}

/** Fetches an image by digest. Safe to repeat. Throws Fault, what was fetched by then being kept by the engine. */
export async function pullImage(ctx: EngineContext, pinned: string, seconds: number): Promise<void> {
  const call = {
    method: "POST",
    path: "/images/create",
    query: { fromImage: repositoryOf(pinned), tag: digestOf(pinned) },
    headers: registryHeader(ctx, pinned),
    timeoutMs: seconds * 1000,
  } as const;
  const answer = await engineCall(ctx, call).catch((error: unknown) => {
    if (error instanceof Fault && error.code === "ENGINE_TIMEOUT")
      throw new Fault(
        "transient",
        "PULL_TIMEOUT",
        `${pinned} was not fetched within ${seconds} s; fetching was stopped.`,
        "Look whether the registry answers. Running containers are as they were.",
      );
    throw error;
  });
  // Once it has begun, the engine tells of failures within an answer 200.
  const error = answer.status === 200 ? streamedError(answer.body.toString("utf8")) : messageOf(ctx, answer);
  if (error === null) return;
  const said = excerpt(ctx.redact(error));
  throw (
    registryFault(`${pinned}: ${said}`) ??
    new Fault(
      "transient",
      "PULL_FAILED",
      `${pinned} was not fetched: ${said}`,
      "Look at the engine's own log.",
    )
  );
}

function streamedError(text: string): string | null {
  for (const line of text.split("\n")) {
    const parsed = z.object({ error: z.string() }).safeParse(parseJson(line));
    if (parsed.success) return parsed.data.error;
  }
  return null;
}

/** Where images are fetched with a login, it is that of their own registry. */
export function registryHeader(ctx: Pick<EngineContext, "secrets">, pinned: string): Record<string, string> {
  const { registryUser: username, registryPassword: password } = ctx.secrets;
  if (username === undefined || password === undefined) return {};
  const [first = ""] = pinned.split("/");
  const serveraddress =
    /[.:]|^localhost$/.test(first) && pinned.includes("/") ? first : "https://index.docker.io/v1/";
  const login = Buffer.from(JSON.stringify({ username, password, serveraddress }));
  // With its padding: an engine takes a login without it for none, and does not say so.
  return { "x-registry-auth": login.toString("base64").replaceAll("+", "-").replaceAll("/", "_") };
}

/** Secrets of a target whose images are fetched with a login. */
export const registrySecrets = {
  registryUser: "User name at the registry that the images are fetched from",
  registryPassword: "Its password or token; the engine passes it on to that registry alone",
};
