import { createHash } from "node:crypto";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type {
  AdapterContext,
  Executor,
  Inspection,
  Planned,
  PlanRequest,
  Receipt,
} from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { under } from "#lib/adapters/http-address.ts";
import { s3Client } from "#lib/adapters/static-site/client.ts";
import { filesHash } from "#lib/adapters/static-site/build.ts";
import type { InvalidationState } from "#lib/adapters/static-site/cloud-front.ts";
import { askCloudFront, seeDistribution, seeInvalidation } from "#lib/adapters/static-site/cloud-front.ts";
import { get, isServed, unknown } from "#lib/adapters/static-site/is-served.ts";
import type { Wanted } from "#lib/adapters/static-site/is-served.ts";
import { look, revisionOf } from "#lib/adapters/static-site/executor.ts";
import {
  currentOf,
  hashOf,
  keepsVersions,
  listVersions,
  requireVersions,
} from "#lib/adapters/static-site/objects.ts";
import { isEntry } from "#lib/adapters/static-site/restore-order.ts";
import type { BuildFile, Fresh, Served, Settings } from "#lib/adapters/static-site/schema.ts";
import { uploadableFor } from "#lib/adapters/static-site/upload.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
/** Paths of which the cache serves something else than the version's object; and what the CDN says of the request. */
export type Freshness = { stale: string[]; invalidation: InvalidationState };

const mostPaths = 200;
const lookEveryMs = 500;

export async function planInvalidate(
  ctx: Context,
  request: PlanRequest,
): Promise<Planned<Fresh, Freshness> | null> {
  const { purge, cloudFront, entries } = ctx.settings;
  if (purge === undefined && cloudFront === undefined) return null;
  const build = await uploadableFor(ctx, request);
  const revision = build === null ? revisionOf(request) : path.basename(build.build);
  const seen = build === null ? await look(ctx, s3Client(ctx), revision) : null;
  const wanted: readonly { key: string }[] = build?.files ?? seen?.wanted ?? [];
  const restore: readonly { key: string }[] = build?.upload ?? seen?.restore ?? [];
  // A page that is fresh proves nothing of what it refers to: a cache may keep that alone.
  const changed = new Set(purge === undefined ? [] : restore.map(({ key }) => key));
  const paths = wanted
    .filter(({ key }) => isEntry(key, entries) || changed.has(key))
    .flatMap((one) => pathsOf(ctx, one));
  if (purge?.method === "PURGE" && paths.length > mostPaths)
    throw new Fault(
      "permanent",
      "TOO_MANY_PATHS",
      `${paths.length} paths would have to be purged one by one.`,
      "Have the cache take BAN, and set it in purge.",
    );
  const desired: Fresh = {
    revision,
    sha256: build === null ? hashOf(seen?.wanted ?? []) : filesHash(build.files),
    paths: paths.slice(0, mostPaths),
    reference: referenceOf(ctx.settings, request.rollback),
    ...(build !== null && { contents: contentsOf(ctx, build.files, paths.slice(0, mostPaths)) }),
  };
  const what = cloudFront === undefined ? "the cache" : `CloudFront ${cloudFront.distribution}`;
  return { title: `Have ${what} fetch the site anew`, desired, observed: await observe(ctx, desired) };
}

/** Its own for each site, since several may stand behind one distribution. */
function referenceOf({ cloudFront, bucket, prefix }: Settings, rollback: string): string {
  const site = JSON.stringify([cloudFront?.distribution ?? null, bucket, prefix]);
  return `lastgood-${rollback}-${createHash("sha256").update(site).digest("hex").slice(0, 12)}`;
}

/** A folder's index is served under the folder's own path as well. */
function pathsOf({ settings }: Context, { key }: { key: string }): string[] {
  const place = `/${key.slice(settings.prefix.length).split("/").map(encodeURIComponent).join("/")}`;
  return place.endsWith("/index.html") ? [place.slice(0, -"index.html".length), place] : [place];
}

function contentsOf(
  ctx: Context,
  files: readonly BuildFile[],
  paths: readonly string[],
): NonNullable<Fresh["contents"]> {
  return files
    .flatMap((file) => {
      const { key, md5, sha256 } = file;
      return pathsOf(ctx, file).map((place) => ({ path: place, key, md5, sha256 }));
    })
    .filter((one) => paths.includes(one.path));
}

async function observe(ctx: Context, desired: Fresh): Promise<Freshness> {
  const known = await wantedAt(ctx, desired);
  const stale: string[] = [];
  for (const place of desired.paths)
    if (!(await isServed(ctx, place, known.get(place) ?? unknown))) stale.push(place);
  return { stale, invalidation: await seeInvalidation(ctx, desired.reference) };
}

const isSum = (etag: string): boolean => /^[0-9a-f]{32}$/.test(etag);

async function wantedAt(ctx: Context, desired: Fresh): Promise<Map<string, Wanted>> {
  if (desired.contents !== undefined)
    return new Map(
      desired.contents.map((one) => [one.path, { etags: [one.md5], key: null, upload: one }] as const),
    );
  const { wanted, inPlace } = await look(ctx, s3Client(ctx), desired.revision);
  if (hashOf(wanted) !== desired.sha256)
    throw new Fault(
      "permanent",
      "OBJECTS_CHANGED",
      `The objects of ${desired.revision} are not those that were signed.`,
      "Find out who changed them, then make a new plan.",
    );
  return new Map(
    wanted.flatMap((one) => {
      const etags = [one.etag, inPlace.get(one.key)].filter((etag) => etag !== undefined);
      const key = inPlace.has(one.key) && !etags.some(isSum) ? one.key : null;
      return pathsOf(ctx, one).map((place) => [place, { etags, key }] as const);
    }),
  );
}

/** One edge that serves the right thing proves nothing of the others: a CDN is done when it says so. */
const isFresh = (settings: Settings, { stale, invalidation }: Freshness): boolean =>
  stale.length === 0 && (settings.cloudFront === undefined || invalidation === "done");

export const invalidateExecutor: Executor<Settings, Fresh, Freshness> = {
  observe,
  stable: () => ({}),
  isDone: (_desired, { stale, invalidation }) =>
    stale.length === 0 && (invalidation === "none" || invalidation === "done"),
  apply: async (ctx, desired) => {
    const before = await observe(ctx, desired);
    if (isFresh(ctx.settings, before)) return receipt(false, desired, "already");
    if (ctx.signal.aborted)
      throw new Fault(
        "transient",
        "CANCELLED",
        "Stopped before the request was sent.",
        "Nothing was changed.",
      );
    if (ctx.settings.purge !== undefined) await purge(ctx, desired.paths);
    if (ctx.settings.cloudFront !== undefined) await askCloudFront(ctx, desired.reference);
    const end = performance.now() + (ctx.settings.cloudFront === undefined ? 10_000 : 420_000);
    const isOver = (): boolean => ctx.signal.aborted || performance.now() >= end;
    for (;;) {
      const now = await observe(ctx, desired);
      if (isFresh(ctx.settings, now)) return receipt(true, desired, "now");
      if (isOver())
        throw new Fault(
          "transient",
          "STILL_STALE",
          now.stale.length > 0
            ? `Something else is still served at ${now.stale.slice(0, 5).join(", ")}.`
            : `The invalidation is ${now.invalidation}.`,
          "It is asked again within the limit of this step. If it stays so, see whether site and cache in the settings belong together.",
        );
      await delay(lookEveryMs, undefined, { signal: ctx.signal }).catch((error: unknown) => {
        if (!ctx.signal.aborted) throw error;
      });
    }
  },
  verify: async (ctx, desired) => {
    const seen = await observe(ctx, desired);
    const detail =
      seen.stale.length > 0
        ? `Something else is served at ${seen.stale.slice(0, 10).join(", ")}.`
        : `${desired.paths.length} of ${desired.paths.length} paths are served as in ${desired.revision}.`;
    return [evidence("What the cache serves", isFresh(ctx.settings, seen), detail)];
  },
};

function receipt(changed: boolean, { paths }: Fresh, when: string): Receipt {
  return { changed, summary: `The site is served anew ${when}.`, data: { paths: paths.length } };
}

async function purge(ctx: Context, paths: readonly string[]): Promise<void> {
  const { purge: cache } = ctx.settings;
  if (cache === undefined) return;
  for (const path of cache.method === "BAN" ? ["/"] : paths) {
    const answer = await ctx
      .http({
        method: cache.method,
        url: under(cache.url, path),
        timeoutMs: ctx.settings.timeoutMs,
        signal: ctx.signal,
      })
      .catch((error: unknown): never => {
        if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
        throw new Fault(
          "transient",
          error.code,
          error.message,
          "To purge twice does no harm; it is asked again.",
        );
      });
    ctx.log(`${cache.method} ${path}: ${answer.status}.`);
    // 404: it keeps nothing of that path.
    if ((answer.status >= 200 && answer.status < 300) || answer.status === 404) continue;
    throw new Fault(
      answer.status >= 500 && answer.status !== 501 ? "transient" : "permanent",
      "PURGE_REFUSED",
      `${cache.method} ${path} answered ${answer.status}: ${excerpt(ctx.redact(answer.body), 120)}`,
      "Allow it in the configuration of the cache for the worker's address, or correct purge in the settings.",
    );
  }
}

/** Every path names the version. What is not there yet is looked at again within the step's limit. */
export const servedExecutor = checkExecutor<Settings, Served>(async (ctx, { version, paths }) => {
  const text = ctx.settings.versionText.replaceAll("{version}", () => version);
  const odd: string[] = [];
  for (const path of paths) {
    const { status, body } = await get(ctx, path);
    if (status !== 200) odd.push(`${path} answered ${status}`);
    else if (!body.includes(text)) odd.push(`${path} does not hold “${excerpt(text, 80)}”`);
  }
  if (odd.length > 0)
    throw new Fault(
      "transient",
      "OTHER_VERSION",
      `${odd.length} of ${paths.length} paths are not served by ${version}: ${odd.slice(0, 10).join("; ")}.`,
      "It is looked at again within the limit of this step. See versionPaths and versionText in the settings.",
    );
  return [
    evidence("Version that is served", true, `${paths.length} of ${paths.length} paths name ${version}.`),
  ];
});

/** What registration shows of a site. Throws Fault. */
export async function inspect(ctx: Context): Promise<Inspection> {
  const client = s3Client(ctx);
  const { build, manifest, deleteExtra } = ctx.settings;
  const isKept = await keepsVersions(ctx, client);
  if (!isKept && build === undefined) await requireVersions(ctx, client);
  const all = await listVersions(ctx, client);
  const served = currentOf(all);
  const answer = await get(ctx, ctx.settings.versionPaths[0] ?? "/");
  return {
    tools: [],
    evidence: [
      evidence(
        "Bucket",
        isKept || (manifest === undefined && !deleteExtra),
        isKept
          ? `It keeps versions: ${served.length} objects are served, ${all.length} versions are kept.`
          : `It keeps no versions: ${served.length} objects are served. Builds can be uploaded, what they overwrite is gone for good; nothing is restored or deleted there.`,
      ),
      evidence("Site", answer.status === 200, `It answered ${answer.status}.`),
      ...(await seeDistribution(ctx)),
    ],
    current: null,
    history: [],
  };
}
