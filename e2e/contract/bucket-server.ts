import { createHash, randomBytes } from "node:crypto";
import { startAwsServer, Violation } from "#e2e/contract/aws-server.ts";
import type { AwsCall, AwsReply, AwsServer } from "#e2e/contract/aws-server.ts";
import type { Page } from "#e2e/contract/cloudfront-server.ts";
import { xml } from "#e2e/contract/xml.ts";

type Version = {
  key: string;
  id: string;
  etag: string;
  body: Buffer;
  at: Date;
  isDeleted: boolean;
  /** content-type, cache-control and their like, and x-amz-meta-… */
  headers: Record<string, string>;
};

export type Bucket = AwsServer & {
  name: string;
  /** Oldest first. */
  versions: Version[];
  put: (key: string, body: string | Buffer, headers?: Record<string, string>) => Version;
  /** As a multipart upload leaves it: the ETag is no sum of the content. */
  putInParts: (key: string, body: string | Buffer) => Version;
  current: (key: string) => Version | undefined;
  /** Whether it keeps versions. Without, what is written or deleted takes the place of all that was there. */
  keeps: { versions: boolean };
  /** The object as everybody may read it. */
  page: (path: string) => Page;
};

const kept =
  /^(?:content-type|cache-control|content-disposition|content-encoding|content-language|x-amz-meta-.*)$/;
const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
const md5 = (body: Buffer): string => createHash("md5").update(body).digest("hex");

/**
 * As much of S3 as a bucket with a site needs, versioned unless told. With `encrypted` it is one with SSE-KMS: no ETag is the sum of
 * a content.
 */
export async function startBucket(
  accessKeyId: string,
  options: { encrypted?: boolean; versioned?: boolean } = {},
): Promise<Bucket> {
  const name = "platform-ui";
  const versions: Version[] = [];
  const keeps = { versions: options.versioned !== false };
  const current = (key: string): Version | undefined => {
    const newest = versions.findLast((one) => one.key === key);
    return newest?.isDeleted === true ? undefined : newest;
  };
  const forget = (key: string): void => {
    versions.splice(0, Infinity, ...versions.filter((one) => one.key !== key));
  };
  const add = (key: string, body: Buffer, headers: Record<string, string>, etag?: string): Version => {
    if (!keeps.versions) forget(key);
    const made = {
      key,
      id: !keeps.versions ? "null" : `v${versions.length + 1}.${randomBytes(4).toString("hex")}`,
      etag: etag ?? (options.encrypted === true ? randomBytes(16).toString("hex") : md5(body)),
      body,
      at: new Date(),
      isDeleted: false,
      headers: Object.fromEntries(Object.entries(headers).filter(([header]) => kept.test(header))),
    };
    versions.push(made);
    return made;
  };

  function handle(call: AwsCall): AwsReply {
    const [, bucket = "", ...rest] = call.path.split("/");
    const key = rest.map(decodeURIComponent).join("/");
    if (bucket !== name) return refused(404, "NoSuchBucket", "The specified bucket does not exist.");
    if (key === "") {
      if (call.method !== "GET") throw new Violation("Only looks at the bucket itself.");
      if (call.query.has("versioning")) return { status: 200, body: versioning(keeps.versions) };
      if (call.query.has("versions")) return { status: 200, body: listed(versions, call.query) };
      throw new Violation("There is no such look at a bucket.");
    }
    switch (call.method) {
      case "GET":
      case "HEAD":
        return object(call, key);
      case "PUT":
        return call.headers["x-amz-copy-source"] === undefined ? put(call, key) : copy(call, key);
      case "DELETE":
        if (!keeps.versions) {
          forget(key);
          return { status: 204 };
        }
        versions.push({ ...add(key, Buffer.alloc(0), {}), isDeleted: true });
        versions.splice(-2, 1);
        return { status: 204 };
      default:
        throw new Violation(`There is no ${call.method}.`);
    }
  }

  function object({ query }: AwsCall, key: string): AwsReply {
    const id = query.get("versionId");
    const found =
      id === null ? current(key) : versions.find((one) => one.key === key && one.id === id && !one.isDeleted);
    if (found === undefined) return refused(404, "NoSuchKey", "The specified key does not exist.");
    return { status: 200, headers: headersOf(found), body: found.body };
  }
  const headersOf = ({ headers, etag, id, body, at }: Version): Record<string, string> => ({
    ...headers,
    etag: `"${etag}"`,
    "x-amz-version-id": id,
    "content-length": String(body.length),
    "last-modified": at.toUTCString(),
    ...(options.encrypted === true && { "x-amz-server-side-encryption": "aws:kms" }),
  });

  function put({ headers, body }: AwsCall, key: string): AwsReply {
    const sum = headers["content-md5"];
    if (sum !== undefined && Buffer.from(String(sum), "base64").toString("hex") !== md5(body))
      return refused(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
    const made = add(key, body, headers as Record<string, string>);
    return { status: 200, headers: { etag: `"${made.etag}"`, "x-amz-version-id": made.id } };
  }

  function copy({ headers }: AwsCall, key: string): AwsReply {
    const [place = "", id] = String(headers["x-amz-copy-source"]).split("?versionId=");
    const from = place.replace(/^\//, "").split("/").slice(1).map(decodeURIComponent).join("/");
    const source = versions.find((one) => one.key === from && one.id === id && !one.isDeleted);
    if (source === undefined) return refused(404, "NoSuchVersion", "The specified version does not exist.");
    const replaces = headers["x-amz-metadata-directive"] === "REPLACE";
    const made = add(key, source.body, replaces ? (headers as Record<string, string>) : source.headers);
    const result = xml(
      "CopyObjectResult",
      xml("LastModified", made.at.toISOString()),
      xml("ETag", `"${made.etag}"`),
    );
    return { status: 200, headers: { "x-amz-version-id": made.id }, body: result.raw };
  }

  const server = await startAwsServer("s3", accessKeyId, handle, refused);
  return {
    ...server,
    name,
    versions,
    current,
    keeps,
    put: (key, body, headers = {}) => add(key, Buffer.from(body), headers),
    putInParts: (key, body) => {
      const content = Buffer.from(body);
      const sums = [content.subarray(0, 5), content.subarray(5)].map((part) => Buffer.from(md5(part), "hex"));
      return add(key, content, {}, `${md5(Buffer.concat(sums))}-2`);
    },
    page: (path) => {
      const found = current(decodeURIComponent(path.slice(1)));
      if (found === undefined) return { status: 404, headers: {}, body: Buffer.from("Not found") };
      return { status: 200, headers: { ...found.headers, etag: `"${found.etag}"` }, body: found.body };
    },
  };
}

const versioning = (isEnabled: boolean): string =>
  xml(`VersioningConfiguration xmlns="${namespace}"`, ...(isEnabled ? [xml("Status", "Enabled")] : [])).raw;

function listed(versions: readonly Version[], query: URLSearchParams): string {
  const prefix = query.get("prefix") ?? "";
  const newestFirst = versions
    .map((one, at) => ({ one, at }))
    .filter(({ one }) => one.key.startsWith(prefix))
    .toSorted((a, b) => (a.one.key === b.one.key ? b.at - a.at : a.one.key < b.one.key ? -1 : 1));
  const rows = newestFirst.map(({ one }, place) =>
    xml(
      one.isDeleted ? "DeleteMarker" : "Version",
      xml("Key", one.key),
      xml("VersionId", one.id),
      xml("IsLatest", newestFirst[place - 1]?.one.key !== one.key),
      xml("LastModified", one.at.toISOString()),
      ...(one.isDeleted ? [] : [xml("ETag", `"${one.etag}"`), xml("Size", one.body.length)]),
    ),
  );
  return xml(`ListVersionsResult xmlns="${namespace}"`, xml("IsTruncated", false), ...rows).raw;
}

/** As S3 says no. */
function refused(status: number, code: string, message: string): AwsReply {
  return { status, body: xml("Error", xml("Code", code), xml("Message", message)).raw };
}
