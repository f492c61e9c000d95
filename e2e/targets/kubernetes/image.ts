import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export type Built = {
  /** An OCI layout as one archive, for `ctr images import`. */
  archive: Buffer;
  /** Of the manifest: what a pod's image is named by. */
  digest: string;
};

/** An image from nothing but busybox and a few files, which runs `command`. */
export function buildImage(files: Record<string, string>, command: readonly string[]): Built {
  const folder = mkdtempSync(path.join(tmpdir(), "image-"));
  try {
    const root = path.join(folder, "root");
    mkdirSync(path.join(root, "bin"), { recursive: true });
    copyFileSync("/usr/bin/busybox", path.join(root, "bin/busybox"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const layer = archived(root);
    const blobs = path.join(folder, "layout/blobs/sha256");
    mkdirSync(blobs, { recursive: true });
    const store = (content: Buffer, mediaType: string) => {
      const hex = createHash("sha256").update(content).digest("hex");
      writeFileSync(path.join(blobs, hex), content);
      return {
        mediaType: `application/vnd.oci.image.${mediaType}`,
        digest: `sha256:${hex}`,
        size: content.length,
      };
    };
    const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
    const stored = store(layer, "layer.v1.tar");
    const config = store(
      json({
        architecture: process.arch === "x64" ? "amd64" : process.arch,
        os: "linux",
        config: { Cmd: command },
        rootfs: { type: "layers", diff_ids: [stored.digest] },
      }),
      "config.v1+json",
    );
    const manifest = store(json({ schemaVersion: 2, config, layers: [stored] }), "manifest.v1+json");
    writeFileSync(path.join(folder, "layout/oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
    writeFileSync(path.join(folder, "layout/index.json"), json({ schemaVersion: 2, manifests: [manifest] }));
    return { archive: archived(path.join(folder, "layout")), digest: manifest.digest };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same bytes for the same content, so that a version keeps its digest. */
function archived(folder: string): Buffer {
  const words = [
    "--sort=name",
    "--mtime=@0",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "-cf",
    "-",
    "-C",
    folder,
    ".",
  ];
  return execFileSync("tar", words, { maxBuffer: 64 * 1024 * 1024 });
}

/** The shop in one version: it tells its version, and is healthy unless told otherwise. */
export function shopImage(version: string, isHealthy: boolean): Built {
  const files = {
    "www/version": JSON.stringify({ service: "shop", version }),
    ...(isHealthy && { "www/health": JSON.stringify({ status: "healthy" }) }),
  };
  // The first process of a container is not ended by a signal that it does not ask for.
  const script = "trap 'exit 0' TERM; /bin/busybox httpd -f -p 8080 -h /www & wait";
  return buildImage(files, ["/bin/busybox", "sh", "-c", script]);
}

export const pauseImage = (): Built => buildImage({}, ["/bin/busybox", "sleep", "2147483647"]);
