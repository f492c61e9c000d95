import { HeadObjectCommand } from "@aws-sdk/client-s3";
import type { HeadObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { serviceFault } from "#lib/adapters/static-site/client.ts";
import type { ObjectVersion } from "#lib/adapters/static-site/objects.ts";
import type { Settings } from "#lib/adapters/static-site/schema.ts";

type Context = AdapterContext<Settings>;

/**
 * Metadata of a restored object: the version that it is a copy of. Of an object that was uploaded in parts or is
 * encrypted with a key of its own, the ETag is no sum of the content, and a copy has another one.
 */
export const copyMark = "lastgood-copy-of";

/** What a service tells of one object, or of one version of it. Throws Fault, OBJECT_GONE among others. */
export async function head(
  ctx: Context,
  client: S3Client,
  key: string,
  version?: string,
): Promise<HeadObjectCommandOutput> {
  const asked = new HeadObjectCommand({
    Bucket: ctx.settings.bucket,
    Key: key,
    ChecksumMode: "ENABLED",
    ...(version !== undefined && { VersionId: version }),
  });
  return client.send(asked).catch((error: unknown): never => {
    throw serviceFault(ctx, version === undefined ? key : `${key} of version ${version}`, error);
  });
}

/** Whether what is served now is that very version, or has its content. Throws Fault. */
export async function isInPlace(
  ctx: Context,
  client: S3Client,
  wanted: ObjectVersion,
  now: ObjectVersion | undefined,
): Promise<boolean> {
  if (now === undefined || now.size !== wanted.size) return false;
  if (now.versionId === wanted.versionId && now.modified === wanted.modified) return true;
  if (now.etag === wanted.etag) return true;
  const current = await head(ctx, client, now.key, now.versionId);
  if (current.Metadata?.[copyMark] === wanted.versionId) return true;
  const sums = sumsOf(current);
  if (sums.length === 0) return false;
  const before = sumsOf(await head(ctx, client, wanted.key, wanted.versionId));
  return before.some((sum) => sums.includes(sum));
}

/** The name under which an upload stores the sum of what it sent. */
export const sumMark = "sha256";

/**
 * Whether the object has that content, by the service's own sums. Where it has none (encrypted with a key of its own),
 * by the sum that was stored with it: the service took it together with a content of that very sum, or not at all.
 */
export function hasContent(
  object: HeadObjectCommandOutput,
  { sha256, md5 }: { sha256: string; md5: string },
): boolean {
  const whole = object.ChecksumType === "COMPOSITE" ? undefined : object.ChecksumSHA256;
  if (whole !== undefined && !whole.includes("-"))
    return whole === Buffer.from(sha256, "hex").toString("base64");
  if (object.ETag?.replaceAll('"', "") === md5) return true;
  const isOpaque = object.ServerSideEncryption?.startsWith("aws:kms") === true;
  return isOpaque && object.Metadata?.[sumMark] === sha256;
}

/** Sums of the whole content, each with its kind; those of parts depend on where it was cut. */
function sumsOf(object: HeadObjectCommandOutput): string[] {
  const { ChecksumCRC64NVME, ChecksumSHA256, ChecksumSHA1, ChecksumCRC32C, ChecksumCRC32 } = object;
  if (object.ChecksumType === "COMPOSITE") return [];
  return Object.entries({ ChecksumCRC64NVME, ChecksumSHA256, ChecksumSHA1, ChecksumCRC32C, ChecksumCRC32 })
    .filter(([, sum]) => sum !== undefined && !sum.includes("-"))
    .map(([kind, sum]) => `${kind} ${sum ?? ""}`);
}
