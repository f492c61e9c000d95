import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import { curlCommand } from "#lib/adapters/curl-command.ts";
import { under } from "#lib/adapters/http-address.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";
import type { Observed } from "#lib/adapters/static-site/executor.ts";
import type { UploadObserved } from "#lib/adapters/static-site/upload.ts";
import type { Freshness } from "#lib/adapters/static-site/freshness.ts";
import { Fresh, Restore, Served, Settings, Upload } from "#lib/adapters/static-site/schema.ts";

const executors = () => import("#lib/adapters/static-site/executor.ts");
const upload = () => import("#lib/adapters/static-site/upload.ts");
const freshness = () => import("#lib/adapters/static-site/freshness.ts");

const aws = ({ endpoint, region }: Settings, ...words: string[]): string =>
  shellCommand(["aws", "--endpoint-url", endpoint, "--region", region, ...words]);

/** Prints key and version of each object that is restored, a tab between them. */
function listCommand(settings: Settings, { revision }: Restore): string {
  const { bucket, prefix, manifest } = settings;
  if (manifest !== undefined) {
    const key = manifest.replaceAll("{revision}", () => revision);
    return `${aws(settings, "s3", "cp", `s3://${bucket}/${key}`, "-")} | jq -r ${shellQuote(".objects[] | [.key, .versionId] | @tsv")}`;
  }
  const pick = `[(.Versions // [])[], ((.DeleteMarkers // [])[] | .gone = true)] | map(select((.LastModified | sub("[.+].*$"; "Z") | fromdate) <= ($at | sub("[.+].*$"; "Z") | fromdate))) | group_by(.Key)[] | max_by(.LastModified) | select(.gone | not) | [.Key, .VersionId] | @tsv`;
  const list = aws(settings, "s3api", "list-object-versions", "--bucket", bucket, "--prefix", prefix);
  return `${list} | jq -r ${shellCommand(["--arg", "at", revision, pick])}`;
}

function restoreCommand(settings: Settings, desired: Restore): string {
  const { bucket } = settings;
  const copy = `${aws(settings, "s3api", "copy-object", "--bucket", bucket)} --key "$key" --copy-source ${shellQuote(`${bucket}/`)}"$key?versionId=$version"`;
  const each = `(while IFS="$(printf '\\t')" read -r key version; do ${copy} || exit 1; done)`;
  const list = `${listCommand(settings, desired)} > restore.tsv && test -s restore.tsv`;
  return `${list} && grep -v '\\.html' restore.tsv | ${each} && grep '\\.html' restore.tsv | ${each}`;
}

/** Of all that match the last one counts. What the worker leaves out or refuses is not uploaded by hand either. */
function filters(pages: boolean): string[] {
  const hidden = ["--exclude", ".*", "--exclude", "*/.*"];
  const wellKnown = ["--exclude", ".well-known/.*", "--exclude", ".well-known/*/.*"];
  return pages
    ? ["--exclude", "*", "--include", "*.html", ...hidden, "--include", ".well-known/*.html", ...wellKnown]
    : [...hidden, "--include", ".well-known/*", ...wellKnown, "--exclude", "*.html"];
}

/** All but the pages first, and no page where anything of it fails. A build that lies packed is laid out before. */
function uploadCommand(settings: Settings, { build }: Upload): string {
  const { bucket, prefix } = settings;
  const isPacked = /\.(?:tar|tar\.gz|tgz)$/.test(build);
  const copy = (pages: boolean): string =>
    `${aws(settings, "s3", "cp", "--recursive", "--no-follow-symlinks", ...filters(pages))} "$build" ${shellQuote(`s3://${bucket}/${prefix}`)}`;
  const lay = isPacked
    ? `build="$(mktemp -d)" && ${shellCommand(["tar", "-xf", build])} -C "$build"`
    : `build=${shellQuote(build)}`;
  return `${lay} && ${copy(false)} && ${copy(true)}`;
}

export const staticSite = defineAdapter<Settings>({
  id: "static-site",
  title: "Static site in an S3 bucket",
  description:
    "A site in a bucket that keeps versions: the object versions of the wanted deployment become current again, pages last; then the cache in front is told, and what is served is looked at. Where a procedure names upload, or the deployment recorded no object versions, the build of the version is uploaded from the worker's machine instead: what differs, file by file against the signed sums. No identity: a bucket is known by its name alone.",
  components: ["ui"],
  settings: Settings,
  secrets: {
    accessKeyId: "Of whoever may list, read and write the objects and their versions",
    secretAccessKey: "Signs the requests; is never sent",
    sessionToken: "Of temporary credentials",
  },
  proof: {
    kind: "real",
    against:
      "the S3 API of OpenStack Swift 2.30 with versions, Varnish 7.1 in front; CloudFront against a server that holds to its published API of 2020-05-31",
  },
  example: {
    component: "ui",
    settings: {
      endpoint: "https://s3.eu-central-1.amazonaws.com",
      region: "eu-central-1",
      bucket: "platform-ui-production",
      manifest: "manifests/{revision}.json",
      site: "https://app.example.com",
      versionText: 'content="{version}"',
      cloudFront: { distribution: "E2EXAMPLE1234" },
    },
    secrets: {
      accessKeyId: "env:LASTGOOD_SECRET_S3_ID",
      secretAccessKey: "env:LASTGOOD_SECRET_S3_KEY",
    },
  },
  inspect: async (ctx) => (await freshness()).inspect(ctx),
  operations: [
    defineOperation<Settings, Restore, Observed>({
      id: "restore-version",
      serving: "keeps",
      title: "Restore the objects of the version",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 600,
      desired: Restore,
      plan: async (ctx, request) => (await executors()).planRestore(ctx, request),
      command: restoreCommand,
      executor: async () => (await executors()).restoreExecutor,
    }),
    defineOperation<Settings, Upload, UploadObserved>({
      id: "upload",
      serving: "keeps",
      title: "Upload the build of the version",
      phase: "execution",
      mutating: true,
      reversibility: "compensable",
      limitSeconds: 600,
      desired: Upload,
      plan: async (ctx, request) => (await upload()).planUpload(ctx, request),
      command: uploadCommand,
      executor: async () => (await upload()).uploadExecutor,
    }),
    defineOperation<Settings, Fresh, Freshness>({
      id: "invalidate",
      serving: "keeps",
      title: "Have the cache fetch the site anew",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 600,
      desired: Fresh,
      plan: async (ctx, request) => (await freshness()).planInvalidate(ctx, request),
      command: ({ purge, cloudFront }, { paths, reference }) => {
        const commands: string[] = [];
        if (purge !== undefined)
          for (const path of purge.method === "BAN" ? ["/"] : paths)
            commands.push(shellCommand(["curl", "-fsS", "-X", purge.method, under(purge.url, path)]));
        const batch = { CallerReference: reference, Paths: { Quantity: 1, Items: ["/*"] } };
        if (cloudFront !== undefined)
          commands.push(
            shellCommand([
              ...["aws", "cloudfront", "create-invalidation", "--distribution-id", cloudFront.distribution],
              ...["--invalidation-batch", JSON.stringify(batch)],
            ]),
          );
        return commands.join("; ");
      },
      executor: async () => (await freshness()).invalidateExecutor,
    }),
    defineOperation<Settings, Served, null>({
      id: "verify-version",
      title: "Verify the version that is served",
      phase: "verification",
      mutating: false,
      reversibility: "reversible",
      limitSeconds: 300,
      desired: Served,
      plan: ({ settings: { versionPaths } }, { to: { version } }) =>
        Promise.resolve({
          title: `Verify that ${versionPaths.length} of ${versionPaths.length} paths name ${version}`,
          desired: { version, paths: versionPaths },
          observed: null,
        }),
      command: ({ site, versionText }, { version, paths }) =>
        paths
          .map((path) => {
            const text = versionText.replaceAll("{version}", () => version);
            return `${curlCommand({ url: under(site, path) })} | ${shellCommand(["grep", "-F", "-e", text])}`;
          })
          .join("; "),
      executor: async () => (await freshness()).servedExecutor,
    }),
  ],
});
