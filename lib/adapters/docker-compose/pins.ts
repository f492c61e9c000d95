import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { AdapterContext, Executor } from "#lib/adapters/contract.ts";
import { arePinned, readPins, writePins } from "#lib/adapters/docker-compose/files.ts";
import { pinPath } from "#lib/adapters/docker-compose/project.ts";
import type { Pins, Pull, Settings } from "#lib/adapters/docker-compose/schema.ts";
import { askRegistry, isImage, localImages, pullImage, shortDigest } from "#lib/adapters/docker-image.ts";
import { evidence } from "#lib/adapters/evidence.ts";

type Context = AdapterContext<Settings>;
export type PinsObserved = { sha256: string | null; isAsWanted: boolean };
export type PullObserved = { missing: string[] };

export const pinExecutor: Executor<Settings, Pins, PinsObserved> = {
  observe: observePins,
  stable: ({ sha256 }) => ({ sha256 }),
  isDone: (_desired, { isAsWanted }) => isAsWanted,
  apply: async (ctx, { images }) => {
    const changed = await writePins(ctx, images);
    const summary = `${pinPath(ctx.settings)} pins ${Object.keys(images).join(", ")}.`;
    return { changed, summary, data: { images } };
  },
  verify: async (ctx, desired) => {
    const { isAsWanted } = await observePins(ctx, desired);
    const pinned = Object.entries(desired.images).map(([name, image]) => `${name} ${shortDigest(image)}`);
    return [
      evidence(
        "Pinned images",
        isAsWanted,
        isAsWanted ? `${pinned.join(", ")}.` : `${pinPath(ctx.settings)} says something else.`,
      ),
    ];
  },
};

export async function observePins({ settings }: Context, { images }: Pins): Promise<PinsObserved> {
  const found = await readPins(settings);
  return { sha256: found?.sha256 ?? null, isAsWanted: arePinned(found, images) };
}

export const pullExecutor: Executor<Settings, Pull, PullObserved> = {
  observe: observePull,
  // An image that comes or goes in the meantime changes nothing about what is wanted.
  stable: () => ({}),
  isDone: (_desired, { missing }) => missing.length === 0,
  apply: async (ctx, desired) => {
    const fetched = await fetchMissing(ctx, desired.images);
    return {
      changed: fetched.length > 0,
      summary: fetched.length === 0 ? "The engine has them all." : `Fetched ${fetched.join(", ")}.`,
      data: { fetched },
    };
  },
  verify: async (ctx, desired) => {
    const { missing } = await observePull(ctx, desired);
    return [
      evidence(
        "Images by digest",
        missing.length === 0,
        missing.length === 0
          ? `The engine has ${desired.images.join(", ")}.`
          : `Missing: ${missing.join(", ")}.`,
      ),
    ];
  },
};

export async function observePull(ctx: Context, { images }: Pull): Promise<PullObserved> {
  const local = await localImages(ctx);
  return { missing: images.filter((image) => !local.some((one) => isImage(one, image))) };
}

/** Fetches those that the engine does not have; gives their names. Throws Fault. */
export async function fetchMissing(ctx: Context, images: readonly string[]): Promise<string[]> {
  const { missing } = await observePull(ctx, { images: [...images] });
  for (const image of missing) {
    ctx.log(`Fetching ${image}.`);
    await pullImage(ctx, image, ctx.settings.pullSeconds);
  }
  return missing;
}

/** Each image can be had: the engine has it, or its registry does. Nothing is fetched. */
export const confirmExecutor = checkExecutor<Settings, Pull>(async (ctx, desired) => {
  const { missing } = await observePull(ctx, desired);
  for (const image of missing) await askRegistry(ctx, image);
  return desired.images.map((image) =>
    evidence(
      "Image",
      true,
      `${image}: ${missing.includes(image) ? "its registry has it" : "the engine has it"}.`,
    ),
  );
});
