import { createHash } from "node:crypto";
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
import { askCloudFront, seeInvalidation } from "#lib/adapters/static-site/cloud-front.ts";
import { look, revisionOf } from "#lib/adapters/static-site/executor.ts";
import { currentOf, hashOf, listVersions, requireVersions } from "#lib/adapters/static-site/objects.ts";
import type { ObjectVersion } from "#lib/adapters/static-site/objects.ts";
import { isEntry } from "#lib/adapters/static-site/restore-order.ts";
import type { Fresh, Served, Settings } from "#lib/adapters/static-site/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
/** Paths of which the cache serves something else than the version's object; and what the CDN says of the request. */
export type Freshness = { stale: string[]; invalidation: "none" | "not asked" | "under way" | "done" };

const mostPaths = 200;
const lookEveryMs = 500;

export async function planInvalidate(
  ctx: Context,
  request: PlanRequest,
): Promise<Planned<Fresh, Freshness> | null> {
  const { purge, cloudFront, entries } = ctx.settings;
  if (purge === undefined && cloudFront === undefined) return null;
  const revision = revisionOf(request);
  const { wanted, restore } = await look(ctx, s3Client(ctx), revision);
  // Only a ban reaches what is not named.
  const changed = new Set(purge?.method === "PURGE" ? restore.map(({ key }) => key) : []);
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
    sha256: hashOf(wanted),
    paths: paths.slice(0, mostPaths),
    reference: `lastgood-${request.rollback}`,
  };
  const what = cloudFront === undefined ? "the cache" : `CloudFront ${cloudFront.distribution}`;
  return { title: `Have ${what} fetch the site anew`, desired, observed: await observe(ctx, desired) };
}

/** A folder's index is served under the folder's own path as well. */
function pathsOf({ settings }: Context, { key }: ObjectVersion): string[] {
  const path = `/${key.slice(settings.prefix.length).split("/").map(encodeURIComponent).join("/")}`;
  return path.endsWith("/index.html") ? [path.slice(0, -"index.html".length), path] : [path];
}

async function observe(ctx: Context, desired: Fresh): Promise<Freshness> {
  const { wanted } = await look(ctx, s3Client(ctx), desired.revision);
  if (hashOf(wanted) !== desired.sha256)
    throw new Fault(
      "permanent",
      "OBJECTS_CHANGED",
      `The objects of ${desired.revision} are not those that were signed.`,
      "Find out who changed them, then make a new plan.",
    );
  const etags = new Map(wanted.flatMap((one) => pathsOf(ctx, one).map((path) => [path, one.etag] as const)));
  const stale: string[] = [];
  for (const path of desired.paths) if (!(await isServed(ctx, path, etags.get(path) ?? ""))) stale.push(path);
  return { stale, invalidation: await seeInvalidation(ctx, desired.reference) };
}

async function isServed(ctx: Context, path: string, etag: string): Promise<boolean> {
  const answer = await get(ctx, path);
  if (answer.status !== 200) return false;
  const shown = answer.headers["etag"]?.replace(/^W\//, "").replaceAll('"', "");
  return shown === etag || createHash("md5").update(answer.body).digest("hex") === etag;
}

const get = (ctx: Context, path: string) =>
  ctx.http({
    method: "GET",
    url: under(ctx.settings.site, path),
    timeoutMs: ctx.settings.timeoutMs,
    maxBytes: 8 * 1024 * 1024,
    signal: ctx.signal,
  });

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
  await requireVersions(ctx, client);
  const all = await listVersions(ctx, client);
  const served = currentOf(all);
  const answer = await get(ctx, ctx.settings.versionPaths[0] ?? "/");
  return {
    tools: [],
    evidence: [
      evidence(
        "Bucket",
        true,
        `It keeps versions: ${served.length} objects are served, ${all.length} versions are kept.`,
      ),
      evidence("Site", answer.status === 200, `It answered ${answer.status}.`),
    ],
    current: null,
    history: [],
  };
}
