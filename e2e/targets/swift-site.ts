import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { startSwift, startVarnish } from "#e2e/targets/swift.ts";
import type { Swift, Varnish } from "#e2e/targets/swift.ts";
import type { JsonObject } from "#lib/domain/json.ts";

export type Site = {
  bucket: string;
  settings: JsonObject;
  /** Gives the version id. */
  put: (key: string, body: string | Buffer) => Promise<string>;
  gone: (key: string, version: string) => Promise<void>;
  served: (path: string) => Promise<string>;
};

export type Sites = {
  swift: Swift;
  varnish: Varnish;
  client: S3Client;
  secrets: { accessKeyId: string; secretAccessKey: string };
  allow: string[];
  /** A bucket that everybody may read, with Varnish in front. */
  bucket: (versioned?: boolean) => Promise<Site>;
  stop: () => Promise<void>;
};

let count = 0;

/** Swift with its S3 API, Varnish in front of it. */
export async function startSites(): Promise<Sites> {
  const swift = await startSwift();
  const varnish = await startVarnish(swift);
  const secrets = { accessKeyId: swift.accessKeyId, secretAccessKey: swift.secretAccessKey };
  const client = new S3Client({
    endpoint: swift.url,
    region: "us-east-1",
    forcePathStyle: true,
    // The client writes into what it is given.
    credentials: { ...secrets },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  async function bucket(versioned = true): Promise<Site> {
    const name = `site-${++count}-${process.pid}`;
    await client.send(new CreateBucketCommand({ Bucket: name }));
    if (versioned)
      await client.send(
        new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: "Enabled" } }),
      );
    await swift.publish(name);
    const url = `${varnish.url}/${name}`;
    return {
      bucket: name,
      settings: {
        endpoint: swift.url,
        bucket: name,
        manifest: "manifests/{revision}.json",
        site: url,
        versionText: 'content="{version}"',
        purge: { method: "PURGE", url },
      },
      put: async (key, body) => {
        const put = new PutObjectCommand({ Bucket: name, Key: key, Body: body, ContentType: "text/html" });
        return (await client.send(put)).VersionId ?? "";
      },
      gone: async (key, version) => {
        await client.send(new DeleteObjectCommand({ Bucket: name, Key: key, VersionId: version }));
      },
      served: async (path) => (await fetch(`${url}${path}`)).text(),
    };
  }
  return {
    swift,
    varnish,
    client,
    secrets,
    allow: [swift.address, varnish.address],
    bucket,
    stop: async () => {
      await varnish.stop();
      await swift.stop();
    },
  };
}
