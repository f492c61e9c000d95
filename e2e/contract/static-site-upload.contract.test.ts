import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { startBucket } from "#e2e/contract/bucket-server.ts";
import type { Bucket } from "#e2e/contract/bucket-server.ts";
import { startCloudFront } from "#e2e/contract/cloudfront-server.ts";
import type { CloudFront } from "#e2e/contract/cloudfront-server.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { folderPrint, temporaryFolder } from "#e2e/contract/folder-print.ts";
import type { Freshness } from "#lib/adapters/static-site/freshness.ts";
import type { Fresh, Upload } from "#lib/adapters/static-site/schema.ts";

const accessKeyId = "AKIDEXAMPLE";
const named = ["upload", "invalidate", "verify-version"];
/** No UTF-8 at all, so that a body that was ever a text is another one. */
const picture = Buffer.from(Array.from({ length: 256 }, (_, at) => 255 - at));
const page = (version: string): string => `<meta content="${version}"><script src="app.js"></script>`;

type Open = ContractCase & {
  bucket: Bucket;
  cloudFront: CloudFront;
  folder: string;
  file: (name: string, content: string | Buffer) => Promise<void>;
};

/** The build of 2.3.0 on the worker's machine, 2.4.0 in the bucket. */
async function open(options: { encrypted?: boolean; versioned?: boolean } = {}): Promise<Open> {
  const bucket = await startBucket(accessKeyId, options);
  const cloudFront = await startCloudFront(accessKeyId, (place) => bucket.page(place));
  const folder = await temporaryFolder();
  const file = async (name: string, content: string | Buffer): Promise<void> => {
    await mkdir(path.dirname(path.join(folder, "2.3.0", name)), { recursive: true });
    await writeFile(path.join(folder, "2.3.0", name), content);
  };
  await file("index.html", page("2.3.0"));
  await file("app.js", "old()");
  await file("img/logo.png", picture);
  await file("same.css", "a{}");
  bucket.put("index.html", page("2.4.0"), { "content-type": "text/html" });
  bucket.put("app.js", "bad()");
  bucket.put("same.css", "a{}", { "content-type": "text/css; charset=utf-8" });
  bucket.put("only-new.js", "new()");
  expect(await (await fetch(`${cloudFront.edge.url}/`)).text()).toContain("2.4.0");
  return {
    bucket,
    cloudFront,
    folder,
    file,
    adapter: "static-site",
    settings: {
      endpoint: bucket.url,
      bucket: bucket.name,
      build: `${folder}/{version}`,
      site: cloudFront.edge.url,
      versionText: 'content="{version}"',
      cloudFront: { distribution: cloudFront.distribution, endpoint: cloudFront.url },
    },
    secrets: { accessKeyId, secretAccessKey: "wJalr/XUtnFEMI+K7MDENG" },
    allow: [bucket.address, cloudFront.address, cloudFront.edge.address],
    request: { ...planRequest({ revision: null }), component: "ui", named },
    fingerprint: async () => ({
      folder: await folderPrint(folder),
      versions: bucket.versions.map(({ key, id }) => `${key} ${id}`),
      invalidations: cloudFront.invalidations.map(({ id }) => id),
    }),
    effects: (operation) =>
      Promise.resolve(
        operation === "invalidate"
          ? cloudFront.invalidations.length
          : (bucket.current("index.html")?.body.includes("2.3.0") ?? false)
            ? 1
            : 0,
      ),
    wrongSettings: [{}, { build: "/srv/builds" }, { build: "builds/{version}" }],
    stop: async () => {
      await rm(folder, { recursive: true });
      await cloudFront.stop();
      await bucket.stop();
    },
  };
}

contractSuite("static-site", { make: open }, "upload");

describe("the upload of a build", () => {
  let one: Open;
  beforeEach(async () => {
    one = await open();
  });
  afterEach(() => one.stop());
  const { plan, plans, run, step, artifacts, inspect } = underTest(() => one);
  const puts = () =>
    one.bucket.calls.filter((call) => call.startsWith("PUT")).map((call) => call.split("?")[0]);

  it("uploads what differs, byte by byte as it is, pages last, and deletes nothing", async () => {
    const planned = await plan("upload");
    expect(planned.title).toBe("Upload 3 of the 4 files of 2.3.0, what refers to others last");
    expect(planned.notReverted?.map(({ what }) => what)).toEqual([
      "1 objects that the build does not have stay in the bucket",
    ]);
    const done = await step("upload", planned.desired);
    expect(done.fault).toBeNull();
    expect(done.evidence).toMatchObject([{ ok: true }]);
    expect(puts().toSorted()).toEqual([
      "PUT /platform-ui/app.js",
      "PUT /platform-ui/img/logo.png",
      "PUT /platform-ui/index.html",
    ]);
    expect(puts().at(-1)).toBe("PUT /platform-ui/index.html");
    expect(one.bucket.current("img/logo.png")?.body.equals(picture)).toBe(true);
    expect(one.bucket.current("index.html")?.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
    });
    expect(one.bucket.current("only-new.js")).toBeDefined();
  });

  it("signs the sum of all files, and refuses the build that is another by then", async () => {
    const { desired } = await plan("upload");
    expect(desired).toEqual({
      build: path.join(one.folder, "2.3.0"),
      files: 4,
      bytes: 5 + 256 + page("2.3.0").length + 3,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      deletes: [],
    });
    for (const change of [
      () => one.file("app.js", "evil()"),
      () => one.file("more.js", "more()"),
      () => rm(path.join(one.folder, "2.3.0/same.css")),
    ]) {
      await change();
      const { fault } = await step("upload", desired);
      expect(fault).toMatchObject({ kind: "permanent", code: "BUILD_CHANGED" });
      expect(fault?.message).toContain("Nothing was uploaded");
      await rm(path.join(one.folder, "2.3.0/more.js"), { force: true });
      await one.file("app.js", "old()");
      await one.file("same.css", "a{}");
    }
    const sound = one.settings;
    for (const more of [{ contentTypes: { js: "text/plain" } }, { cacheControl: { others: "max-age=60" } }]) {
      one.settings = { ...sound, ...more };
      expect((await step("upload", desired)).fault).toMatchObject({ code: "BUILD_CHANGED" });
    }
    one.settings = sound;
    await rm(path.join(one.folder, "2.3.0"), { recursive: true });
    expect((await step("upload", desired)).fault).toMatchObject({ code: "BUILD_MISSING" });
    expect(puts()).toEqual([]);
  });

  it("uploads no page before what it refers to is whole, and says how far it came", async () => {
    const { desired } = await plan("upload");
    const no = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>";
    one.bucket.fail({ on: /^PUT .*logo\.png/, does: { status: 403, body: no } });
    const { fault } = await step("upload", desired);
    expect(fault).toMatchObject({ kind: "permanent", code: "NOT_PERMITTED" });
    expect(fault?.message).toContain("1 of 3 objects were in place");
    expect(one.bucket.current("index.html")?.body.toString()).toContain("2.4.0");
    one.bucket.heal();
    expect((await step("upload", desired, "unknown")).fault).toBeNull();
    expect(puts().filter((put) => put?.endsWith("app.js"))).toHaveLength(1);
    expect(one.bucket.current("index.html")?.body.toString()).toContain("2.3.0");
  });

  it("sends a file once more after an answer that was lost, and stores what came whole", async () => {
    const { desired } = await plan("upload");
    one.bucket.fail({ on: /^PUT .*app\.js/, times: 1, does: "after" });
    const { fault } = await step("upload", desired);
    expect(fault?.kind).toBe("transient");
    expect((await step("upload", desired, "unknown")).fault).toBeNull();
    expect(one.bucket.versions.filter(({ key }) => key === "app.js")).toHaveLength(2);
  });

  it("uploads again what has the right content with another type or age, and deletes only where that is asked for", async () => {
    await run("upload");
    one.bucket.put("app.js", "old()", { "content-type": "text/plain" });
    one.settings = { ...one.settings, deleteExtra: true };
    const planned = await plan("upload");
    expect(planned.title).toBe(
      "Upload 1 of the 4 files of 2.3.0, what refers to others last; delete 1 others",
    );
    expect((await step("upload", planned.desired)).fault).toBeNull();
    expect(one.bucket.current("only-new.js")).toBeUndefined();
    expect(one.bucket.versions.some(({ key, isDeleted }) => key === "only-new.js" && !isDeleted)).toBe(true);
  });

  it("deletes what the plan names and nothing else, and nothing at all where others came meanwhile", async () => {
    one.settings = { ...one.settings, deleteExtra: true };
    const before = await plan("upload");
    expect(before.desired).toMatchObject({ deletes: ["only-new.js"] });
    one.bucket.put("of-somebody-else.js", "mine()");
    const { fault } = await step("upload", before.desired);
    expect(fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
    expect(fault?.message).toContain("of-somebody-else.js");
    expect(puts()).toEqual([]);
    expect(one.bucket.current("only-new.js")).toBeDefined();
    expect((await run("upload")).receipt).toMatchObject({ data: { deleted: 2 } });
    // What came after it was done is no business of this plan.
    const again = await plan("upload");
    one.bucket.put("later.js", "later()");
    expect(await step("upload", again.desired)).toMatchObject({ receipt: null, evidence: [{ ok: true }] });
  });

  it("refuses to delete in a bucket that keeps no versions, at planning and where it stopped keeping them since", async () => {
    one.settings = { ...one.settings, deleteExtra: true };
    const { desired } = await plan("upload");
    one.bucket.keeps.versions = false;
    expect(await refusal(plan("upload"))).toBe("permanent DELETES_FOR_GOOD");
    const { fault } = await step("upload", desired);
    expect(fault).toMatchObject({ kind: "permanent", code: "DELETES_FOR_GOOD" });
    expect(fault?.advice).toContain("deleteExtra");
    expect(puts()).toEqual([]);
    one.settings = { ...one.settings, deleteExtra: false };
    const kept = await plan("upload");
    expect(kept.notReverted?.map(({ what }) => what)).toEqual([
      "What stands at 2 keys now is overwritten for good",
      "1 objects that the build does not have stay in the bucket",
    ]);
    expect((await step("upload", kept.desired)).fault).toBeNull();
    expect(one.bucket.current("only-new.js")).toBeDefined();
  });

  it("is registered for a bucket without versions too, and says what that means; a restore is not", async () => {
    const bucket = async () => (await inspect())?.evidence.find(({ title }) => title === "Bucket");
    expect(await bucket()).toMatchObject({ ok: true });
    one.bucket.keeps.versions = false;
    const without = await bucket();
    expect(without?.ok).toBe(true);
    expect(without?.detail).toContain("gone for good");
    const sound = one.settings;
    for (const more of [{ manifest: "manifests/{revision}.json" }, { deleteExtra: true }]) {
      one.settings = { ...sound, ...more };
      expect(await bucket()).toMatchObject({ ok: false });
    }
    one.settings = { ...sound, build: undefined } as unknown as Open["settings"];
    expect(await refusal(inspect())).toBe("permanent NOT_VERSIONED");
  });

  it("plans no more deletes than a plan can name", async () => {
    one.settings = { ...one.settings, deleteExtra: true };
    for (let count = 0; count < 70; count++) one.bucket.put(`${"long/".repeat(190)}${count}.js`, "x()");
    expect(await refusal(plan("upload"))).toBe("permanent TOO_MANY_DELETES");
  });

  it("takes a packed build, by the recorded commit, the same as a folder", async () => {
    const commit = "c".repeat(40);
    const long = `deep/${"long-name-".repeat(12)}/a.js`;
    await one.file(long, "deep()");
    const folder = await plan("upload");
    for (const [format, flag] of [
      ["gnu", "-czf"],
      ["pax", "-cf"],
    ] as const) {
      const packed = `${commit}.${flag === "-czf" ? "tar.gz" : "tar"}`;
      execFileSync("tar", [
        `--format=${format}`,
        flag,
        path.join(one.folder, packed),
        "-C",
        path.join(one.folder, "2.3.0"),
        ".",
      ]);
      const settings = one.settings;
      one.settings = { ...settings, build: `${one.folder}/${packed.replace(commit, "{commit}")}` };
      const planned = await plan("upload", artifacts({ commit }));
      expect((planned.desired as Upload).sha256).toBe((folder.desired as Upload).sha256);
      if (format === "pax") expect((await step("upload", planned.desired)).fault).toBeNull();
      expect(await refusal(plan("upload"))).toBe("permanent NO_BUILD");
      await writeFile(path.join(one.folder, packed), Buffer.alloc(2000, "x"));
      expect(await refusal(plan("upload", artifacts({ commit })))).toBe("permanent ARCHIVE_CORRUPT");
      one.settings = settings;
    }
    expect(one.bucket.current(long)?.body.toString()).toBe("deep()");
  });

  it("names a build that is missing, empty or holds links, and leaves hidden files out", async () => {
    await one.file(".env", "PASSWORD=1");
    await one.file(".well-known/security.txt", "Contact: x");
    const planned = await plan("upload");
    expect(planned.title).toContain("leave out 1 hidden files");
    expect((await step("upload", planned.desired)).fault).toBeNull();
    expect(one.bucket.current(".well-known/security.txt")).toBeDefined();
    expect(one.bucket.current(".env")).toBeUndefined();
    await symlink("/etc/passwd", path.join(one.folder, "2.3.0/passwd.txt"));
    expect(await refusal(plan("upload"))).toBe("permanent SYMBOLIC_LINK");
    await rm(path.join(one.folder, "2.3.0"), { recursive: true });
    expect(await refusal(plan("upload"))).toBe("permanent BUILD_MISSING");
    await mkdir(path.join(one.folder, "2.3.0"));
    expect(await refusal(plan("upload"))).toBe("permanent BUILD_EMPTY");
    one.settings = { ...one.settings, build: undefined } as unknown as Open["settings"];
    expect(await refusal(plan("upload"))).toBe("permanent NO_BUILD");
  });

  it("asks the cache for as many pages as a plan can name, however many there are", async () => {
    for (let count = 0; count < 300; count++) await one.file(`pages/${count}.html`, page("2.3.0"));
    const { paths, contents } = (await plan("invalidate")).desired as Fresh;
    expect([paths.length, contents?.length]).toEqual([200, 200]);
  });

  it("names a build of too many files, as a folder and packed, and counts hidden ones apart", async () => {
    const build = path.join(one.folder, "2.3.0");
    await mkdir(path.join(build, ".git"));
    for (let count = 0; count < 2001; count++) writeFileSync(path.join(build, `.git/${count}`), "");
    expect((await plan("upload")).title).toContain("leave out 2001 hidden files");
    for (let count = 0; count < 2001; count++) writeFileSync(path.join(build, `${count}.js`), "");
    expect(await refusal(plan("upload"))).toBe("permanent BUILD_TOO_LARGE");
    execFileSync("tar", ["-cf", path.join(one.folder, "2.3.0.tar"), "-C", build, "."]);
    one.settings = { ...one.settings, build: `${one.folder}/{version}.tar` };
    expect(await refusal(plan("upload"))).toBe("permanent BUILD_TOO_LARGE");
  });

  it("stays out of the way of a restore: it is planned where it is named alone, or no object versions are recorded", async () => {
    one.settings = { ...one.settings, manifest: "manifests/{revision}.json" };
    const [app] = one.bucket.versions.filter(({ key }) => key === "app.js");
    const manifest = { objects: [{ key: "app.js", versionId: app?.id }] };
    one.bucket.put("manifests/build-41.json", JSON.stringify(manifest));
    const recorded = artifacts({ configurationRevision: "build-41" });
    const both = { named: ["restore-version", "upload", "invalidate"] };
    const planned = async (changes: Parameters<typeof plans>[1]) => ({
      restores: (await plans("restore-version", changes)).length,
      uploads: (await plans("upload", changes)).length,
    });
    expect(await planned({ named: null, ...recorded })).toEqual({ restores: 1, uploads: 0 });
    expect(await planned({ ...both, ...recorded })).toEqual({ restores: 1, uploads: 0 });
    expect(await planned(recorded)).toEqual({ restores: 0, uploads: 1 });
    expect(await planned({ named: null })).toEqual({ restores: 0, uploads: 1 });
    expect(await planned(both)).toEqual({ restores: 0, uploads: 1 });
    expect(await refusal(plans("restore-version", { named: ["restore-version"] }))).toBe(
      "permanent NO_REVISION",
    );
  });
});

describe("objects whose ETag is no sum of their content", () => {
  it("are seen as restored, and as uploaded, in a bucket that is encrypted with a key of its own", async () => {
    const one = await open({ encrypted: true });
    const { run, step, plan, artifacts } = underTest(() => one);
    expect((await run("upload")).fault).toBeNull();
    const again = await step("upload", (await plan("upload")).desired);
    expect(again).toMatchObject({ fault: null, receipt: null });
    one.settings = { ...one.settings, manifest: "manifests/{revision}.json" };
    const objects = ["index.html", "app.js"].map((key) => ({ key, versionId: one.bucket.current(key)?.id }));
    one.bucket.put("manifests/build-41.json", JSON.stringify({ objects }));
    one.bucket.put("index.html", page("2.4.0"));
    one.bucket.put("app.js", "bad()");
    one.request = { ...one.request, named: null, ...artifacts({ configurationRevision: "build-41" }) };
    const { desired } = await plan("restore-version");
    expect((await step("restore-version", desired)).receipt).toMatchObject({ data: { copied: 2 } });
    const seen = await step("restore-version", desired);
    expect(seen).toMatchObject({ fault: null, receipt: null, evidence: [{ ok: true }] });
    expect(one.bucket.current("index.html")?.headers).toMatchObject({ "cache-control": "no-cache" });
    await one.stop();
  });

  it("are seen as served through the cache after an upload, pictures too", async () => {
    const one = await open({ encrypted: true });
    const { run, step, plan } = underTest(() => one);
    one.bucket.put("img/logo.png", Buffer.from(picture).reverse(), { "content-type": "image/png" });
    const seen = async () =>
      Buffer.from(await (await fetch(`${one.cloudFront.edge.url}/img/logo.png`)).arrayBuffer());
    expect((await seen()).equals(picture)).toBe(false);
    one.settings = { ...one.settings, purge: { method: "PURGE", url: one.cloudFront.edge.url } };
    const { desired, observed } = await plan("invalidate");
    expect((desired as Fresh).paths).toContain("/img/logo.png");
    expect((await run("upload")).fault).toBeNull();
    expect((observed as Freshness).stale).toContain("/img/logo.png");
    const fresh = step("invalidate", desired);
    await expect.poll(async () => (await seen()).equals(picture), { timeout: 20_000 }).toBe(true);
    expect(await Promise.race([fresh, delay(15_000, "it still waits")])).toMatchObject({
      fault: null,
      evidence: [{ ok: true }],
    });
    await one.stop();
  });

  it("are seen as restored though they were uploaded in parts", async () => {
    const one = await open();
    const { step, plan, artifacts } = underTest(() => one);
    one.settings = { ...one.settings, manifest: "manifests/{revision}.json" };
    const big = one.bucket.putInParts("big.js", "0123456789");
    expect(big.etag).toMatch(/-2$/);
    one.bucket.put(
      "manifests/build-41.json",
      JSON.stringify({ objects: [{ key: "big.js", versionId: big.id }] }),
    );
    one.bucket.putInParts("big.js", "another789");
    one.request = { ...one.request, named: null, ...artifacts({ configurationRevision: "build-41" }) };
    const { desired } = await plan("restore-version");
    for (const changed of [true, undefined])
      expect((await step("restore-version", desired)).receipt?.changed).toBe(changed);
    expect(one.bucket.current("big.js")?.body.toString()).toBe("0123456789");
    const fresh = await plan("invalidate");
    expect((await step("invalidate", fresh.desired)).fault).toBeNull();
    // Whoever writes the same size over it is not taken for it.
    one.bucket.put("big.js", "9876543210");
    expect((await step("restore-version", desired)).receipt?.changed).toBe(true);
    await one.stop();
  });
});
