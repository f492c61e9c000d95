import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { HttpUrl, UrlPath } from "#lib/adapters/http-address.ts";

const Name = z
  .string()
  .max(200)
  .regex(/^[^\/\x00-\x1f\x7f]+$/);

const HeaderValue = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x20-\x7e]+$/);

export const Settings = z.strictObject({
  endpoint: HttpUrl.describe("Address of the S3 service, such as https://s3.eu-central-1.amazonaws.com"),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default("us-east-1"),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .describe("The bucket; it keeps versions of its objects"),
  prefix: z
    .string()
    .max(500)
    .regex(
      /^(?:[^\/\x00-\x1f\x7f][^\x00-\x1f\x7f]*\/)?$/,
      "A prefix ends with a slash and does not begin with one.",
    )
    .default("")
    .describe("Below which the site's objects stand; empty for the whole bucket"),
  manifest: z
    .string()
    .max(500)
    .regex(/^[^\x00-\x1f\x7f]*\{revision\}[^\x00-\x1f\x7f]*$/, "Write a key that holds {revision}.")
    .optional()
    .describe(
      'Key of the object that names a deployment\'s object versions, {"objects":[{"key":…,"versionId":…}]}; {revision} is the recorded configuration revision. Without it the revision is the moment of the deployment, RFC 3339, and what was current then is restored',
    ),
  entries: z
    .array(Name)
    .max(50)
    .default(["index.html", "manifest.json", "asset-manifest.json", "sw.js", "service-worker.js"])
    .describe("File names that refer to other files. They, and every .html, are restored after all others"),
  deleteExtra: z
    .boolean()
    .default(false)
    .describe(
      "Also delete what the restored version did not have, at the very end, in a bucket that keeps versions. Left in place it harms nobody, and pages that are still open may need it",
    ),
  build: AbsolutePath.regex(
    /^[^{}]*\{(?:version|commit|revision)\}[^{}]*$/,
    "Write a path that holds {version}, {commit} or {revision}, once.",
  )
    .optional()
    .describe(
      "Folder, or .tar, .tar.gz or .tgz archive, of a version's build on the worker's machine, with {version}, {commit} or {revision} as the deployment recorded it. It is uploaded where the procedure names upload, and where the deployment recorded no object versions",
    ),
  contentTypes: z
    .record(z.string().regex(/^[a-z0-9]{1,20}$/), HeaderValue)
    .default({})
    .describe("Of an upload: content types by the ending of the name, before the usual ones"),
  cacheControl: z
    .strictObject({
      entries: HeaderValue.optional().describe("Of pages, and of what refers to other files"),
      others: HeaderValue.optional().describe("Of everything else"),
    })
    .default({ entries: "no-cache" })
    .describe("Of an upload: how long browsers and caches keep files"),
  site: HttpUrl.describe("The address that people use, in front of the bucket"),
  versionPaths: z
    .array(UrlPath)
    .min(1)
    .max(50)
    .default(["/"])
    .describe("Paths below it whose content names the version"),
  versionText: z
    .string()
    .max(500)
    .includes("{version}")
    .default("{version}")
    .describe("What stands in them, with {version} for the version"),
  purge: z
    .strictObject({
      method: z.enum(["PURGE", "BAN"]).describe("PURGE asks for each path, BAN once for everything"),
      url: HttpUrl.describe("The cache itself: nginx, Varnish and their like"),
    })
    .optional(),
  cloudFront: z
    .strictObject({
      distribution: z.string().regex(/^[A-Z0-9]{5,30}$/),
      endpoint: HttpUrl.default("https://cloudfront.amazonaws.com"),
    })
    .optional(),
  timeoutMs: z.number().int().min(50).max(120_000).default(10_000).describe("For each request"),
});
export type Settings = z.output<typeof Settings>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Deletes = z.array(z.string());

export const Restore = z.strictObject({
  revision: z.string().describe("As the deployment recorded it"),
  objects: z.number().int().describe("How many objects the version has"),
  sha256: Sha256.describe("Of the list of their keys, versions, ETags and sizes, in the order of the keys"),
  deletes: Deletes.describe("Keys of what the version did not have, which are deleted at the very end"),
});
export type Restore = z.output<typeof Restore>;

/** A file of a build, as it is to be stored. */
export type BuildFile = {
  key: string;
  sha256: string;
  /** What most services tell of an object. */
  md5: string;
  /** Bytes. */
  size: number;
  contentType: string;
  cacheControl: string | null;
};

export const Upload = z.strictObject({
  build: z.string().describe("The folder or archive on the worker's machine"),
  files: z.number().int().describe("How many it held when the plan was made, hidden ones left out"),
  bytes: z.number().int().describe("Of all of them"),
  sha256: Sha256.describe(
    "Of the list of their keys, sums, sizes, content types and cache controls, in the order of the keys",
  ),
  deletes: Deletes.describe("Keys of what the build does not have, which are deleted at the very end"),
});
export type Upload = z.output<typeof Upload>;

export const Fresh = z.strictObject({
  revision: z.string(),
  sha256: Sha256.describe("Of the list of objects that is served afterwards"),
  paths: z
    .array(z.string())
    .describe("Paths that refer to others: they are asked for, to see what is served"),
  reference: z.string().describe("The same for every attempt: the CDN takes it once"),
  contents: z
    .array(z.strictObject({ path: z.string(), key: z.string(), md5: z.string(), sha256: Sha256 }))
    .exactOptional()
    .describe("After an upload: the object that is served at each path, and the sums of its content"),
});
export type Fresh = z.output<typeof Fresh>;

export const Served = z.strictObject({ version: z.string(), paths: z.array(z.string()) });
export type Served = z.output<typeof Served>;
