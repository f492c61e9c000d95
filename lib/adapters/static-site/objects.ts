import { createHash } from "node:crypto";
import { GetBucketVersioningCommand, GetObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import type { ListObjectVersionsCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { serviceFault } from "#lib/adapters/static-site/client.ts";
import type { Settings } from "#lib/adapters/static-site/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

export type ObjectVersion = {
  key: string;
  versionId: string;
  etag: string;
  size: number;
  /** Milliseconds. */
  modified: number;
  isLatest: boolean;
  isDeleted: boolean;
};

const Manifest = z.object({ objects: z.array(z.object({ key: z.string(), versionId: z.string() })).min(1) });
const mostVersions = 200_000;

/** Every version of every object below the prefix, newest first for each key. Throws Fault. */
export async function listVersions(ctx: Context, client: S3Client): Promise<ObjectVersion[]> {
  const { bucket, prefix } = ctx.settings;
  const found: ObjectVersion[] = [];
  let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page: ListObjectVersionsCommandOutput = await client
      .send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...markers }))
      .catch((error: unknown): never => {
        throw serviceFault(ctx, `Versions of ${bucket}`, error);
      });
    const rows = [
      ...(page.Versions ?? []).map((row) => ({ ...row, isDeleted: false })),
      ...(page.DeleteMarkers ?? []).map((row) => ({ ...row, ETag: "", Size: 0, isDeleted: true })),
    ];
    for (const row of rows)
      found.push({
        key: row.Key ?? "",
        versionId: row.VersionId ?? "null",
        etag: (row.ETag ?? "").replaceAll('"', ""),
        size: row.Size ?? 0,
        modified: row.LastModified?.getTime() ?? 0,
        isLatest: row.IsLatest === true,
        isDeleted: row.isDeleted,
      });
    if (found.length > mostVersions)
      throw new Fault(
        "permanent",
        "TOO_MANY_VERSIONS",
        `${bucket} holds more than ${mostVersions} object versions below ${prefix || "its top"}.`,
        "Set a prefix, or let old versions expire.",
      );
    if (page.IsTruncated !== true) return found;
    markers = {
      ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
      ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}

/** Throws Fault `permanent` NOT_VERSIONED: without versions there is nothing to restore. */
export async function requireVersions(ctx: Context, client: S3Client): Promise<void> {
  const { bucket } = ctx.settings;
  const answer = await client
    .send(new GetBucketVersioningCommand({ Bucket: bucket }))
    .catch((error: unknown): never => {
      throw serviceFault(ctx, `Versioning of ${bucket}`, error);
    });
  if (answer.Status === "Enabled") return;
  throw new Fault(
    "permanent",
    "NOT_VERSIONED",
    `The bucket ${bucket} keeps no versions of its objects (${answer.Status ?? "never enabled"}).`,
    "Enable versioning. What was overwritten before is gone: deploy the build of the wanted version instead.",
  );
}

/** Whether the bucket keeps versions of its objects. Throws Fault. */
export async function keepsVersions(ctx: Context, client: S3Client): Promise<boolean> {
  return requireVersions(ctx, client).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Fault && error.code === "NOT_VERSIONED") return false;
      throw error;
    },
  );
}

/** The object versions of a deployment, sorted by key. Throws Fault. */
export async function resolveVersions(
  ctx: Context,
  client: S3Client,
  revision: string,
  all: readonly ObjectVersion[],
): Promise<ObjectVersion[]> {
  const { manifest } = ctx.settings;
  const wanted =
    manifest === undefined
      ? atMoment(all, revision)
      : await byManifest(
          ctx,
          client,
          manifest.replaceAll("{revision}", () => revision),
          all,
        );
  if (wanted.length > 0) return wanted.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  throw new Fault(
    "permanent",
    "NOTHING_THERE",
    `Nothing stood below ${ctx.settings.prefix || "the top of the bucket"} at ${revision}.`,
    "Check the prefix, and the moment that the deployment recorded.",
  );
}

function atMoment(all: readonly ObjectVersion[], revision: string): ObjectVersion[] {
  const moment = z.iso.datetime({ offset: true }).safeParse(revision);
  if (!moment.success)
    throw new Fault(
      "permanent",
      "INVALID_REVISION",
      "The recorded configuration revision is no moment in RFC 3339, and no manifest is set.",
      "Report the deployment with the moment of its upload as configurationRevision, or set manifest.",
    );
  const limit = Date.parse(moment.data);
  const newest = new Map<string, ObjectVersion>();
  for (const one of all) {
    const other = newest.get(one.key);
    // Of one key the newest stands first, also where two have the same second.
    if (one.modified <= limit && (other === undefined || one.modified > other.modified))
      newest.set(one.key, one);
  }
  return [...newest.values()].filter(({ isDeleted }) => !isDeleted);
}

/** What an object holds, as text. Throws Fault. */
export async function textOf(ctx: Context, client: S3Client, key: string, what = key): Promise<string> {
  return client
    .send(new GetObjectCommand({ Bucket: ctx.settings.bucket, Key: key }))
    .then(async ({ Body }) => (await Body?.transformToString()) ?? "")
    .catch((error: unknown): never => {
      throw serviceFault(ctx, what, error);
    });
}

async function byManifest(
  ctx: Context,
  client: S3Client,
  key: string,
  all: readonly ObjectVersion[],
): Promise<ObjectVersion[]> {
  const { prefix } = ctx.settings;
  const text = await textOf(ctx, client, key, `The manifest ${key}`);
  const parsed = Manifest.safeParse(parseJson(text));
  if (!parsed.success)
    throw new Fault(
      "permanent",
      "MANIFEST_CORRUPT",
      `The manifest ${key} is not as expected.`,
      'It is {"objects":[{"key":"index.html","versionId":"…"}]}.',
    );
  const known = new Map(all.map((one) => [`${one.key}\n${one.versionId}`, one]));
  const found = parsed.data.objects.map((one) => ({
    one,
    version: known.get(`${one.key}\n${one.versionId}`),
  }));
  const gone = found.filter(
    ({ one, version }) => version?.isDeleted !== false || !one.key.startsWith(prefix),
  );
  if (gone.length > 0)
    throw new Fault(
      "permanent",
      "OBJECT_GONE",
      `${gone.length} of the ${found.length} object versions in ${key} are not there: ${gone
        .slice(0, 5)
        .map(({ one }) => one.key)
        .join(", ")}.`,
      "They were deleted for good. Choose a version whose objects were kept, or deploy its build.",
    );
  return found.flatMap(({ version }) => version ?? []);
}

/** The list as approvers sign it. */
export function hashOf(objects: readonly ObjectVersion[]): string {
  const lines = objects.map(({ key, versionId, etag, size }) => JSON.stringify([key, versionId, etag, size]));
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/** What is served now, sorted by key. */
export function currentOf(all: readonly ObjectVersion[]): ObjectVersion[] {
  return all
    .filter(({ isLatest, isDeleted }) => isLatest && !isDeleted)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
