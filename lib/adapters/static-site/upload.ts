import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { HeadObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import path from "node:path";
import type { AdapterContext, Executor, Planned, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import {
  buildPathOf,
  changed,
  filesHash,
  openBuild,
  signedBuild,
  sum,
} from "#lib/adapters/static-site/build.ts";
import type { Build } from "#lib/adapters/static-site/build.ts";
import { s3Client, serviceFault } from "#lib/adapters/static-site/client.ts";
import { checkDeletes, deletesOf, removeAll, stillThere } from "#lib/adapters/static-site/deletes.ts";
import { isManifest } from "#lib/adapters/static-site/executor.ts";
import { inTurn, saysHowFar } from "#lib/adapters/static-site/in-turn.ts";
import { currentOf, hashOf, keepsVersions, listVersions } from "#lib/adapters/static-site/objects.ts";
import type { ObjectVersion } from "#lib/adapters/static-site/objects.ts";
import { restoreOrder } from "#lib/adapters/static-site/restore-order.ts";
import { hasContent, head, sumMark } from "#lib/adapters/static-site/same-content.ts";
import type { BuildFile, Settings, Upload } from "#lib/adapters/static-site/schema.ts";
import { uploads } from "#lib/adapters/static-site/which-way.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
/** `current`: the hash of all that is served now. The numbers say what an upload would still have to do. */
export type UploadObserved = { current: string; toUpload: number; toDelete: number };
type Look = { upload: BuildFile[]; overwritten: number; extra: ObjectVersion[]; current: string };

/** A build, and what of it the bucket does not hold yet. */
type Uploadable = Look & { build: string; files: BuildFile[]; hidden: number };
type Answer = Promise<Uploadable>;
const made = new WeakMap<Context, { request: PlanRequest; answer: Answer }>();

/** Null where object versions are restored instead. Of one plan the build is read once. Throws Fault. */
export function uploadableFor(ctx: Context, request: PlanRequest): Answer | null {
  if (!uploads(ctx.settings, request)) return null;
  const before = made.get(ctx);
  if (before?.request === request) return before.answer;
  const answer = readAndLook(ctx, request);
  made.set(ctx, { request, answer });
  return answer;
}

async function readAndLook(ctx: Context, request: PlanRequest): Answer {
  const build = buildPathOf(ctx, request);
  const { files, hidden } = await openBuild(ctx, build);
  return { build, files, hidden, ...(await look(ctx, s3Client(ctx), files)) };
}

export async function planUpload(
  ctx: Context,
  request: PlanRequest,
): Promise<Planned<Upload, UploadObserved> | null> {
  const seen = await uploadableFor(ctx, request);
  if (seen === null) return null;
  const { build, files, hidden } = seen;
  const client = s3Client(ctx);
  const deletes = await deletesOf(ctx, client, seen.extra);
  const kept = seen.overwritten === 0 || (await keepsVersions(ctx, client));
  const title =
    seen.upload.length === 0
      ? `The ${files.length} files of ${path.basename(build)} are in place already`
      : `Upload ${seen.upload.length} of the ${files.length} files of ${path.basename(build)}, what refers to others last`;
  const more = [
    deletes.length > 0 ? `delete ${deletes.length} others` : "",
    hidden > 0 ? `leave out ${hidden} hidden files` : "",
  ].filter((text) => text !== "");
  return {
    title: [title, ...more].join("; "),
    desired: { build, files: files.length, bytes: bytesOf(files), sha256: filesHash(files), deletes },
    observed: observedOf(seen, deletes),
    notReverted: [
      ...(kept
        ? []
        : [
            {
              what: `What stands at ${seen.overwritten} keys now is overwritten for good`,
              why: "The bucket keeps no versions of its objects.",
            },
          ]),
      ...(deletes.length > 0 || seen.extra.length === 0
        ? []
        : [
            {
              what: `${seen.extra.length} objects that the build does not have stay in the bucket`,
              why: "Nothing refers to them, and pages that are still open may need them.",
            },
          ]),
    ],
  };
}

async function look(ctx: Context, client: S3Client, files: readonly BuildFile[]): Promise<Look> {
  const served = currentOf(await listVersions(ctx, client));
  const byKey = new Map(served.map((one) => [one.key, one]));
  const keys = new Set(files.map(({ key }) => key));
  const same = new Set<string>();
  await inTurn(
    ctx,
    files.filter(({ key, size }) => byKey.get(key)?.size === size),
    async (file) => {
      if (isStored(file, await head(ctx, client, file.key))) same.add(file.key);
    },
  );
  const upload = files.filter(({ key }) => !same.has(key));
  return {
    upload,
    overwritten: upload.filter(({ key }) => byKey.has(key)).length,
    extra: served.filter(({ key }) => !keys.has(key) && !isManifest(ctx, key)),
    current: hashOf(served),
  };
}

/** Whether the object is that file, with its content type and cache control. */
function isStored(file: BuildFile, object: HeadObjectCommandOutput): boolean {
  if (object.ContentLength !== file.size || object.ContentType !== file.contentType) return false;
  if ((object.CacheControl ?? null) !== file.cacheControl) return false;
  return hasContent(object, file);
}

const observedOf = ({ current, upload, extra }: Look, deletes: readonly string[]): UploadObserved => ({
  current,
  toUpload: upload.length,
  toDelete: stillThere(extra, deletes).length,
});

const bytesOf = (files: readonly BuildFile[]): number => files.reduce((sum, { size }) => sum + size, 0);
const untouched = " Nothing was uploaded.";

export const uploadExecutor: Executor<Settings, Upload, UploadObserved> = {
  observe: async (ctx, desired) => {
    const { files } = await signedBuild(ctx, desired, untouched);
    return observedOf(await look(ctx, s3Client(ctx), files), desired.deletes);
  },
  stable: ({ current }) => ({ current }),
  isDone: (_desired, { toUpload, toDelete }) => toUpload === 0 && toDelete === 0,
  apply,
  verify: async (ctx, desired) => {
    const { files } = await signedBuild(ctx, desired);
    const seen = await look(ctx, s3Client(ctx), files);
    const { toUpload, toDelete } = observedOf(seen, desired.deletes);
    const isDone = toUpload === 0 && toDelete === 0;
    const odd = seen.upload.slice(0, 5).map(({ key }) => key);
    const detail = `${files.length - seen.upload.length} of ${files.length} files are stored with the signed sums${odd.length > 0 ? `, not ${odd.join(", ")}` : ""}; ${seen.extra.length} others are there.`;
    return [evidence("Objects", isDone, detail)];
  },
};

async function apply(ctx: Context, desired: Upload): Promise<Receipt> {
  const client = s3Client(ctx);
  const build = await signedBuild(ctx, desired, untouched);
  const seen = await look(ctx, client, build.files);
  const deleted = stillThere(seen.extra, desired.deletes);
  await checkDeletes(ctx, client, seen.extra, desired.deletes);
  let uploaded = 0;
  try {
    for (const group of restoreOrder(seen.upload, ctx.settings.entries)) {
      await inTurn(ctx, group, async (file) => {
        await put(ctx, client, build, file);
        uploaded += 1;
      });
      await requireStored(ctx, client, group);
    }
    await removeAll(ctx, client, deleted);
  } catch (error) {
    throw saysHowFar(error, uploaded, seen.upload.length);
  }
  return {
    changed: uploaded + deleted.length > 0,
    summary: `${uploaded} files of ${path.basename(desired.build)} uploaded, ${deleted.length} objects deleted.`,
    data: { uploaded, deleted: deleted.length },
  };
}

async function put(ctx: Context, client: S3Client, build: Build, file: BuildFile): Promise<void> {
  const content = await build.read(file.key);
  if (sum("sha256", content) !== file.sha256)
    throw changed(`${file.key} changed while the build was uploaded.`);
  const sent = new PutObjectCommand({
    Bucket: ctx.settings.bucket,
    Key: file.key,
    Body: content,
    ContentLength: content.length,
    ContentMD5: Buffer.from(file.md5, "hex").toString("base64"),
    ContentType: file.contentType,
    ...(file.cacheControl !== null && { CacheControl: file.cacheControl }),
    Metadata: { [sumMark]: file.sha256 },
  });
  await client.send(sent).catch((error: unknown): never => {
    throw serviceFault(ctx, file.key, error);
  });
  ctx.log(`Uploaded ${file.key}.`);
}

/** Nothing that refers to these is uploaded before they are seen to be whole. */
async function requireStored(ctx: Context, client: S3Client, group: readonly BuildFile[]): Promise<void> {
  await inTurn(ctx, group, async (file) => {
    if (isStored(file, await head(ctx, client, file.key))) return;
    throw new Fault(
      "permanent",
      "STORED_OTHERWISE",
      `${file.key} was uploaded, and the bucket holds something else.`,
      "See who else writes to the bucket, and whether something changes objects on their way.",
    );
  });
}
