import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { temporaryFolder } from "#e2e/contract/folder-print.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { startSites } from "#e2e/targets/swift-site.ts";
import type { Site, Sites } from "#e2e/targets/swift-site.ts";
import { swiftNeeds } from "#e2e/targets/swift.ts";
import type { JsonObject } from "#lib/domain/json.ts";

const page = (version: string): string => `<meta content="${version}"><script src="app.js"></script>`;
const picture = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7) % 256));

describeWith("the other ways of a static site in Swift, with Varnish in front", missing(swiftNeeds), () => {
  let sites: Sites;
  let folder: string;
  beforeAll(async () => {
    sites = await startSites();
    folder = await temporaryFolder();
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await sites.stop();
  });

  const etagOf = async (site: Site, key: string): Promise<string> => {
    const { ETag } = await sites.client.send(new HeadObjectCommand({ Bucket: site.bucket, Key: key }));
    return (ETag ?? "").replaceAll('"', "");
  };
  const caseOf = (site: Site, revision: string | null, more: JsonObject = {}): ContractCase => ({
    adapter: "static-site",
    settings: { ...site.settings, ...more },
    secrets: sites.secrets,
    allow: sites.allow,
    request: { ...planRequest({ revision }), component: "ui" },
    fingerprint: () => Promise.resolve(null),
    effects: () => Promise.resolve(0),
    wrongSettings: [],
    stop: () => Promise.resolve(),
  });

  async function putInParts(site: Site, key: string, parts: readonly Buffer[]): Promise<string> {
    const place = { Bucket: site.bucket, Key: key };
    const { UploadId } = await sites.client.send(new CreateMultipartUploadCommand(place));
    const done = [];
    for (const [at, body] of parts.entries()) {
      const part = { ...place, UploadId, PartNumber: at + 1 };
      const { ETag } = await sites.client.send(new UploadPartCommand({ ...part, Body: body }));
      done.push({ ETag, PartNumber: at + 1 });
    }
    const whole = { ...place, UploadId, MultipartUpload: { Parts: done } };
    await sites.client.send(new CompleteMultipartUploadCommand(whole));
    const listed = await sites.client.send(
      new ListObjectVersionsCommand({ Bucket: site.bucket, Prefix: key }),
    );
    return listed.Versions?.find(({ IsLatest }) => IsLatest === true)?.VersionId ?? "";
  }

  it("restores objects that were uploaded in parts, and sees that they are, in the bucket and through the cache", async () => {
    const site = await sites.bucket();
    const first = Buffer.alloc(5 * 1024 * 1024, "a");
    const versionId = await putInParts(site, "app.js", [first, Buffer.from("old()")]);
    expect(await etagOf(site, "app.js")).toMatch(/-2$/);
    const index = await site.put("index.html", page("2.3.0"));
    const objects = [
      { key: "app.js", versionId },
      { key: "index.html", versionId: index },
    ];
    await site.put("manifests/build-41.json", JSON.stringify({ objects }));
    await putInParts(site, "app.js", [first, Buffer.from("bad()")]);
    await site.put("index.html", page("2.4.0"));
    expect(await site.served("/")).toContain("2.4.0");
    const { plan, step } = underTest(() => caseOf(site, "build-41"));
    const { desired, observed } = await plan("restore-version");
    const fresh = await plan("invalidate");
    expect(observed).toMatchObject({ toRestore: 2 });
    expect(await step("restore-version", desired)).toMatchObject({
      fault: null,
      receipt: { data: { copied: 2 } },
      evidence: [{ ok: true }],
    });
    expect(await step("restore-version", desired)).toMatchObject({ receipt: null, evidence: [{ ok: true }] });
    expect((await step("invalidate", fresh.desired)).fault).toBeNull();
    expect((await site.served("/app.js")).slice(-5)).toBe("old()");
  });

  it("restores what was current at a moment, without a manifest, and deletes what came later where that is asked for", async () => {
    const site = await sites.bucket();
    await site.put("gone.js", "gone()");
    await site.put("app.js", "old()");
    await site.put("index.html", page("2.3.0"));
    // Swift lists whole seconds or finer; the next write is later than the moment by any clock.
    await delay(1100);
    const moment = new Date().toISOString();
    await delay(1100);
    await site.put("app.js", "bad()");
    await site.put("index.html", page("2.4.0"));
    await site.put("only-new.js", "new()");
    await site.gone("gone.js", "");
    expect(await site.served("/")).toContain("2.4.0");
    const { manifest: _manifest, ...settings } = site.settings;
    const of = (more: JsonObject): ContractCase => ({
      ...caseOf(site, moment),
      settings: { ...settings, ...more },
    });

    const keeping = underTest(() => of({}));
    const kept = await keeping.plan("restore-version");
    expect(kept).toMatchObject({ desired: { objects: 3, deletes: [] } });
    expect(kept.notReverted?.[0]?.what).toContain("1 objects");
    expect((await keeping.step("restore-version", kept.desired)).evidence).toMatchObject([{ ok: true }]);
    expect(await etagOf(site, "only-new.js")).not.toBe("");

    const deleting = underTest(() => of({ deleteExtra: true }));
    const { desired, observed } = await deleting.plan("restore-version");
    expect(observed).toMatchObject({ toRestore: 0, toDelete: 1 });
    expect(desired).toMatchObject({ deletes: ["only-new.js"] });
    expect(await deleting.step("restore-version", desired)).toMatchObject({
      receipt: { data: { copied: 0, deleted: 1 } },
      evidence: [{ ok: true }],
    });
    expect(await deleting.step("restore-version", desired)).toMatchObject({ fault: null, receipt: null });
    await expect(etagOf(site, "only-new.js")).rejects.toThrow();
    const fresh = await deleting.plan("invalidate");
    expect((await deleting.step("invalidate", fresh.desired)).fault).toBeNull();
    expect(await site.served("/")).toContain("2.3.0");
    expect(await site.served("/gone.js")).toBe("gone()");
    const early = underTest(() => ({ ...of({}), ...caseOf(site, "2020-01-01T00:00:00Z"), settings }));
    expect(await refusal(early.plan("restore-version"))).toBe("permanent NOTHING_THERE");
  });

  it("has Varnish ban everything at once, also what the plan does not name", async () => {
    const site = await sites.bucket();
    const objects = [];
    for (const [key, body] of [
      ["app.js", "old()"],
      ["index.html", page("2.3.0")],
    ] as const)
      objects.push({ key, versionId: await site.put(key, body) });
    await site.put("manifests/build-41.json", JSON.stringify({ objects }));
    await site.put("app.js", "bad()");
    await site.put("index.html", page("2.4.0"));
    expect(await site.served("/app.js")).toBe("bad()");
    expect(await site.served("/index.html?from=mail")).toContain("2.4.0");
    const purge = { method: "BAN", url: sites.varnish.url };
    const { run, plan, step } = underTest(() => caseOf(site, "build-41", { purge }));
    const { desired } = await plan("invalidate");
    expect((await run("restore-version")).fault).toBeNull();
    expect(await site.served("/app.js")).toBe("bad()");
    const { fault, lines } = await step("invalidate", desired);
    expect(fault).toBeNull();
    expect(lines).toEqual(["BAN /: 200."]);
    expect(await site.served("/app.js")).toBe("old()");
    expect(await site.served("/index.html?from=mail")).toContain("2.3.0");
    expect(await step("invalidate", desired)).toMatchObject({ receipt: null, evidence: [{ ok: true }] });
  });

  describe("the upload of a build", () => {
    async function withBuild(versioned = true): Promise<{ one: ContractCase; site: Site; build: string }> {
      const site = await sites.bucket(versioned);
      const build = path.join(folder, site.bucket, "2.3.0");
      await mkdir(path.join(build, "img"), { recursive: true });
      await writeFile(path.join(build, "index.html"), page("2.3.0"));
      await writeFile(path.join(build, "app.js"), "old()");
      await writeFile(path.join(build, "img/logo.png"), picture);
      await site.put("index.html", page("2.4.0"));
      await site.put("app.js", "bad()");
      expect(await site.served("/")).toContain("2.4.0");
      expect(await site.served("/app.js")).toBe("bad()");
      const one = {
        ...caseOf(site, null, { build: `${folder}/${site.bucket}/{version}` }),
        fingerprint: async () => [await etagOf(site, "index.html"), await site.served("/")],
        effects: async (operation: string) =>
          (operation === "invalidate"
            ? await site.served("/")
            : await (await fetch(`${sites.swift.url}/v1/AUTH_test/${site.bucket}/index.html`)).text()
          ).includes("2.3.0")
            ? 1
            : 0,
      };
      return { one, site, build };
    }
    contractSuite("static-site", { make: async () => (await withBuild()).one }, "upload to Swift");

    it("stores every byte, by the service's own sums, also in a bucket that keeps no versions, and says what is lost", async () => {
      const { one, site } = await withBuild(false);
      const { plan, step } = underTest(() => one);
      const planned = await plan("upload");
      const fresh = await plan("invalidate");
      expect(planned.title).toBe("Upload 3 of the 3 files of 2.3.0, what refers to others last");
      expect(planned.notReverted?.[0]?.what).toContain("overwritten for good");
      expect(await step("upload", planned.desired)).toMatchObject({
        fault: null,
        receipt: { data: { uploaded: 3 } },
        evidence: [{ ok: true }],
      });
      expect((await step("invalidate", fresh.desired)).fault).toBeNull();
      const answer = await fetch(`${sites.varnish.url}/${site.bucket}/img/logo.png`);
      expect(Buffer.from(await answer.arrayBuffer()).equals(picture)).toBe(true);
      expect(answer.headers.get("content-type")).toBe("image/png");
      expect(await site.served("/app.js")).toBe("old()");
    });
  });
});
