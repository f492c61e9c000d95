import { CopyObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { AdapterContext, Executor, Planned, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { s3Client, serviceFault } from "#lib/adapters/static-site/client.ts";
import { checkDeletes, deletesOf, removeAll, stillThere } from "#lib/adapters/static-site/deletes.ts";
import { inTurn, saysHowFar } from "#lib/adapters/static-site/in-turn.ts";
import {
  currentOf,
  hashOf,
  listVersions,
  requireVersions,
  resolveVersions,
} from "#lib/adapters/static-site/objects.ts";
import type { ObjectVersion } from "#lib/adapters/static-site/objects.ts";
import { restoreOrder } from "#lib/adapters/static-site/restore-order.ts";
import { copyMark, head, isInPlace } from "#lib/adapters/static-site/same-content.ts";
import type { Restore, Settings } from "#lib/adapters/static-site/schema.ts";
import { uploads } from "#lib/adapters/static-site/which-way.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
/** `current`: the hash of all that is served now. The numbers say what a restore would still have to do. */
export type Observed = { current: string; toRestore: number; toDelete: number };
type Look = {
  wanted: ObjectVersion[];
  restore: ObjectVersion[];
  extra: ObjectVersion[];
  /** ETags of the objects that are in place, by key: a copy may have another one than what it is a copy of. */
  inPlace: Map<string, string>;
  current: string;
};

/** The revision that the deployment recorded. Throws Fault NO_REVISION. */
export function revisionOf({ to }: PlanRequest): string {
  const revision = to.artifacts.configurationRevision;
  if (revision === null)
    throw new Fault(
      "permanent",
      "NO_REVISION",
      `The deployment of ${to.version} names no configuration revision.`,
      "Report the deployment with the moment of its upload, or the name of its manifest, as configurationRevision. Without either, a procedure that names upload brings its build.",
    );
  if (!/^[A-Za-z0-9][A-Za-z0-9._+:-]{0,127}$/.test(revision) || revision.includes(".."))
    throw new Fault(
      "permanent",
      "INVALID_REVISION",
      "The recorded configuration revision cannot be part of an object's key.",
      "It is letters, digits, dots, colons, hyphens, underscores and plus signs.",
    );
  return revision;
}

export async function look(ctx: Context, client: S3Client, revision: string): Promise<Look> {
  const all = await listVersions(ctx, client);
  const wanted = await resolveVersions(ctx, client, revision, all);
  const manifestKey = ctx.settings.manifest?.replaceAll("{revision}", () => revision);
  const served = currentOf(all);
  const byKey = new Map(served.map((one) => [one.key, one]));
  const keys = new Set(wanted.map(({ key }) => key));
  const inPlace = new Map<string, string>();
  await inTurn(ctx, wanted, async (one) => {
    const now = byKey.get(one.key);
    if (await isInPlace(ctx, client, one, now)) inPlace.set(one.key, now?.etag ?? "");
  });
  return {
    wanted,
    restore: wanted.filter(({ key }) => !inPlace.has(key)),
    extra: served.filter(({ key }) => !keys.has(key) && key !== manifestKey && !isManifest(ctx, key)),
    inPlace,
    current: hashOf(served),
  };
}

/** Manifests of deployments, which no rollback deletes. */
export function isManifest({ settings }: Context, key: string): boolean {
  const [before = "", after = ""] = settings.manifest?.split("{revision}") ?? [];
  return settings.manifest !== undefined && key.startsWith(before) && key.endsWith(after);
}

export async function planRestore(
  ctx: Context,
  request: PlanRequest,
): Promise<Planned<Restore, Observed> | null> {
  if (uploads(ctx.settings, request)) return null;
  const client = s3Client(ctx);
  const revision = revisionOf(request);
  await requireVersions(ctx, client);
  const seen = await look(ctx, client, revision);
  const deletes = await deletesOf(ctx, client, seen.extra);
  const count = seen.restore.length;
  const title =
    count === 0
      ? `The ${seen.wanted.length} objects of ${revision} are in place already`
      : `Restore ${count} of the ${seen.wanted.length} objects of ${revision}, what refers to others last`;
  return {
    title: deletes.length > 0 ? `${title}; delete ${deletes.length} others` : title,
    desired: { revision, objects: seen.wanted.length, sha256: hashOf(seen.wanted), deletes },
    observed: observedOf(seen, deletes),
    notReverted:
      deletes.length > 0 || seen.extra.length === 0
        ? []
        : [
            {
              what: `${seen.extra.length} objects that ${request.to.version} did not have stay in the bucket`,
              why: "Nothing refers to them, and pages that are still open may need them.",
            },
          ],
  };
}

const observedOf = ({ current, restore, extra }: Look, deletes: readonly string[]): Observed => ({
  current,
  toRestore: restore.length,
  toDelete: stillThere(extra, deletes).length,
});

export const restoreExecutor: Executor<Settings, Restore, Observed> = {
  observe: async (ctx, { revision, deletes }) =>
    observedOf(await look(ctx, s3Client(ctx), revision), deletes),
  stable: ({ current }) => ({ current }),
  isDone: (_desired, { toRestore, toDelete }) => toRestore === 0 && toDelete === 0,
  apply: restore,
  verify: async (ctx, desired) => {
    const seen = await look(ctx, s3Client(ctx), desired.revision);
    const isSame = hashOf(seen.wanted) === desired.sha256;
    const { toRestore, toDelete } = observedOf(seen, desired.deletes);
    const isDone = toRestore === 0 && toDelete === 0;
    const detail = `${seen.wanted.length - seen.restore.length} of ${desired.objects} objects are as in ${desired.revision}; ${seen.extra.length} others are there.`;
    return [evidence("Objects", isSame && isDone, detail)];
  },
};

async function restore(ctx: Context, desired: Restore): Promise<Receipt> {
  const client = s3Client(ctx);
  const seen = await look(ctx, client, desired.revision);
  if (hashOf(seen.wanted) !== desired.sha256)
    throw new Fault(
      "permanent",
      "OBJECTS_CHANGED",
      `The objects of ${desired.revision} are not those that were signed: versions were deleted, or the manifest was changed.`,
      "Find out who changed them. Make a new plan, so that approvers see what it would do now.",
    );
  const groups = restoreOrder(seen.restore, ctx.settings.entries);
  const deleted = stillThere(seen.extra, desired.deletes);
  await checkDeletes(ctx, client, seen.extra, desired.deletes);
  let copied = 0;
  try {
    for (const group of groups)
      await inTurn(ctx, group, async (one) => {
        await copy(ctx, client, one);
        copied += 1;
      });
    await removeAll(ctx, client, deleted);
  } catch (error) {
    throw saysHowFar(error, copied, seen.restore.length);
  }
  return {
    changed: copied + deleted.length > 0,
    summary: `${copied} objects restored as in ${desired.revision}, ${deleted.length} deleted.`,
    data: { copied, deleted: deleted.length },
  };
}

async function copy(ctx: Context, client: S3Client, { key, versionId }: ObjectVersion): Promise<void> {
  const { bucket } = ctx.settings;
  const source = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}?versionId=${encodeURIComponent(versionId)}`;
  const of = await head(ctx, client, key, versionId);
  const expires = new Date(of.ExpiresString ?? "");
  const copied = new CopyObjectCommand({
    Bucket: bucket,
    Key: key,
    CopySource: source,
    // Replaced by the same and the mark: else nothing would tell what it is a copy of.
    MetadataDirective: "REPLACE",
    Metadata: { ...of.Metadata, [copyMark]: versionId },
    ContentType: of.ContentType,
    CacheControl: of.CacheControl,
    ContentDisposition: of.ContentDisposition,
    ContentEncoding: of.ContentEncoding,
    ContentLanguage: of.ContentLanguage,
    WebsiteRedirectLocation: of.WebsiteRedirectLocation,
    ...(!Number.isNaN(expires.getTime()) && { Expires: expires }),
  });
  await client.send(copied).catch((error: unknown): never => {
    throw serviceFault(ctx, `${key} of version ${versionId}`, error);
  });
  ctx.log(`Restored ${key}.`);
}
