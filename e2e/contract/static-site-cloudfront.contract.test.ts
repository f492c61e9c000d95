import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { startBucket } from "#e2e/contract/bucket-server.ts";
import type { Bucket } from "#e2e/contract/bucket-server.ts";
import { startCloudFront } from "#e2e/contract/cloudfront-server.ts";
import type { CloudFront } from "#e2e/contract/cloudfront-server.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { freshProcess } from "#e2e/contract/fresh-process.ts";
import type { Fresh } from "#lib/adapters/static-site/schema.ts";

const accessKeyId = "AKIDEXAMPLE";
const secretAccessKey = 'wJalr/XUtn"FEMI+K7MDENG';
const revision = "build-41";
const asked = /^POST .*\/invalidation/;

type Open = ContractCase & {
  bucket: Bucket;
  cloudFront: CloudFront;
  served: (path: string) => Promise<string>;
};

/** 2.3.0 with its manifest, 2.4.0 over it, and the edge keeps the pages of 2.4.0. */
async function open(): Promise<Open> {
  const bucket = await startBucket(accessKeyId);
  const cloudFront = await startCloudFront(accessKeyId, (path) => bucket.page(path));
  const page = (version: string): string => `<meta content="${version}"><script src="app.js"></script>`;
  const objects = [
    bucket.put("app.js", "old()"),
    bucket.put("logo.svg", "<svg>old</svg>"),
    bucket.put("index.html", page("2.3.0"), { "content-type": "text/html" }),
  ].map(({ key, id }) => ({ key, versionId: id }));
  bucket.put(`manifests/${revision}.json`, JSON.stringify({ objects }));
  bucket.put("app.js", "bad()");
  bucket.put("logo.svg", "<svg>new</svg>");
  bucket.put("index.html", page("2.4.0"), { "content-type": "text/html" });
  const served = async (path: string) => (await fetch(`${cloudFront.edge.url}${path}`)).text();
  expect(await served("/")).toContain("2.4.0");
  expect(await served("/app.js")).toBe("bad()");
  return {
    bucket,
    cloudFront,
    served,
    adapter: "static-site",
    settings: {
      endpoint: bucket.url,
      bucket: bucket.name,
      manifest: "manifests/{revision}.json",
      site: cloudFront.edge.url,
      versionText: 'content="{version}"',
      cloudFront: { distribution: cloudFront.distribution, endpoint: cloudFront.url },
    },
    secrets: { accessKeyId, secretAccessKey },
    allow: [bucket.address, cloudFront.address, cloudFront.edge.address],
    request: { ...planRequest({ revision }), component: "ui" },
    fingerprint: () =>
      Promise.resolve({
        versions: bucket.versions.map(({ key, id }) => `${key} ${id}`),
        invalidations: cloudFront.invalidations.map(({ id, reference }) => `${id} ${reference}`),
      }),
    effects: (operation) =>
      Promise.resolve(
        operation === "invalidate"
          ? cloudFront.invalidations.length
          : (bucket.current("index.html")?.body.includes("2.3.0") ?? false)
            ? 1
            : 0,
      ),
    wrongSettings: [{}, { bucket: "x" }],
    stop: async () => {
      await cloudFront.stop();
      await bucket.stop();
    },
  };
}

contractSuite("static-site", { make: open }, "behind CloudFront");

describe("a static site behind CloudFront", () => {
  let one: Open;
  beforeEach(async () => {
    one = await open();
  });
  afterEach(() => one.stop());
  const { plan, run, step, inspect } = underTest(() => one);

  it("is done only when CloudFront says Completed, however fresh one edge looks before", async () => {
    await run("restore-version");
    one.cloudFront.course.looks = 5;
    const { desired } = await plan("invalidate");
    // A page that this edge happens not to keep.
    const first = step("invalidate", desired);
    expect((await first).fault).toBeNull();
    expect(one.cloudFront.invalidations).toMatchObject([{ paths: ["/*"], looks: 0 }]);
    expect(one.cloudFront.invalidations[0]?.reference).toMatch(/^lastgood-rb_contract-[0-9a-f]{12}$/);
    expect(await one.served("/")).toContain("2.3.0");
    expect(await one.served("/app.js")).toBe("old()");
  });

  it("deletes what the signed plan names, and nothing where others came meanwhile", async () => {
    one.bucket.put("only-new.js", "new()");
    one.settings = { ...one.settings, deleteExtra: true };
    const { title, desired } = await plan("restore-version");
    expect(title).toContain("; delete 1 others");
    expect(desired).toMatchObject({ deletes: ["only-new.js"] });
    one.bucket.put("of-somebody-else.js", "mine()");
    expect((await step("restore-version", desired)).fault).toMatchObject({ code: "DRIFT" });
    expect(one.bucket.current("app.js")?.body.toString()).toBe("bad()");
    const done = await run("restore-version");
    expect(done.receipt).toMatchObject({ data: { copied: 3, deleted: 2 } });
    expect(one.bucket.versions.some(({ key, isDeleted }) => key === "only-new.js" && !isDeleted)).toBe(true);
  });

  it("asks again after an answer that was lost, and CloudFront takes it once", async () => {
    await run("restore-version");
    const { desired } = await plan("invalidate");
    one.cloudFront.fail({ on: asked, times: 1, does: "after" });
    const lost = await step("invalidate", desired);
    expect(lost.fault?.kind).toBe("transient");
    expect(lost.fault?.advice).toContain("again");
    const again = await step("invalidate", desired, "unknown");
    expect(again).toMatchObject({ fault: null });
    expect(one.cloudFront.invalidations).toHaveLength(1);
    expect(again.evidence.every(({ ok }) => ok)).toBe(true);
  });

  it("makes one invalidation though the worker was killed after it asked", async () => {
    await run("restore-version");
    one.cloudFront.course.looks = 1_000_000;
    const { desired } = await plan("invalidate");
    const { adapter, settings, secrets, allow } = one;
    const request = { adapter, settings, secrets, allow, operation: "invalidate", desired };
    const first = freshProcess(request);
    await expect.poll(() => one.cloudFront.invalidations.length, { timeout: 60_000 }).toBe(1);
    await first.kill();
    const [under] = one.cloudFront.invalidations;
    if (under === undefined) throw new Error("One was made.");
    under.looks = 2;
    const after = await freshProcess({ ...request, previous: "unknown" }).result;
    expect(after.fault).toBeNull();
    expect(one.cloudFront.invalidations).toHaveLength(1);
    expect(await one.served("/")).toContain("2.3.0");
  }, 180_000);

  it("finds its invalidation among others, and beyond those that it looks at by asking under the same reference", async () => {
    await run("restore-version");
    const { desired } = await plan("invalidate");
    expect((await step("invalidate", desired)).receipt).toMatchObject({ changed: true });
    for (let count = 0; count < 30; count++) one.cloudFront.other(`other-${count}`);
    const after = await step("invalidate", desired);
    expect(after.fault).toBeNull();
    expect(after.evidence.every(({ ok }) => ok)).toBe(true);
    expect(one.cloudFront.invalidations).toHaveLength(31);
  });

  it("asks under a reference of its own for each site behind one distribution, the same for every plan", async () => {
    const reference = async () => ((await plan("invalidate")).desired as Fresh).reference;
    const first = await reference();
    expect(await reference()).toBe(first);
    const { manifest: _manifest, ...settings } = one.settings;
    one.bucket.put("shop/index.html", "<p>shop</p>");
    one.bucket.put("help/index.html", "<p>help</p>");
    one.request = { ...one.request, ...planRequest({ revision: "2100-01-01T00:00:00Z" }) };
    one.settings = { ...settings, prefix: "shop/" };
    const shop = await reference();
    one.settings = { ...settings, prefix: "help/" };
    expect(new Set([first, shop, await reference()]).size).toBe(3);
  });

  it("waits for its turn while too many are in progress, and names it", async () => {
    await run("restore-version");
    one.cloudFront.course.most = 1;
    one.cloudFront.other("somebody-else", 1_000_000);
    const { desired } = await plan("invalidate");
    const { fault } = await step("invalidate", desired);
    expect(fault).toMatchObject({ kind: "transient", code: "TOO_MANY_INVALIDATIONS" });
    expect(fault?.message).toContain("TooManyInvalidationsInProgress");
    expect(one.cloudFront.invalidations).toHaveLength(1);
    const [other] = one.cloudFront.invalidations;
    if (other !== undefined) other.looks = 0;
    expect((await step("invalidate", desired)).fault).toBeNull();
  });

  it("refuses a reference that was used for other paths, and does not look for another one", async () => {
    await run("restore-version");
    const { desired } = await plan("invalidate");
    const { reference } = desired as Fresh;
    one.cloudFront.other(reference, 0, ["/only-this"]);
    for (let count = 0; count < 25; count++) one.cloudFront.other(`other-${count}`);
    const { fault } = await step("invalidate", desired);
    expect(fault).toMatchObject({ kind: "permanent", code: "REFERENCE_TAKEN" });
    expect(one.cloudFront.invalidations).toHaveLength(26);
  });

  it.each([
    ["AccessDenied", 403, "permanent", "NOT_PERMITTED", "cloudfront:CreateInvalidation"],
    ["ExpiredToken", 403, "permanent", "NOT_AUTHENTICATED", "secrets"],
    ["InvalidArgument", 400, "permanent", "REFUSED", "Correct"],
    ["Throttling", 400, "transient", "THROTTLED", "again"],
    ["ServiceUnavailable", 503, "transient", "TARGET_FAILS", "again"],
  ])("names %s, and asked for nothing", async (code, status, kind, named, advice) => {
    await run("restore-version");
    const { desired } = await plan("invalidate");
    const body = `<ErrorResponse xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
    one.cloudFront.fail({ on: asked, does: { status, body } });
    const { fault } = await step("invalidate", desired);
    expect(fault).toMatchObject({ kind, code: named });
    expect(fault?.advice).toContain(advice);
    expect(one.cloudFront.invalidations).toEqual([]);
  });

  it("names a distribution that is not there, keys of somebody else, and an address that is not allowed", async () => {
    await run("restore-version");
    const sound = one.settings;
    const cloudFront = { distribution: "E2OTHER", endpoint: one.cloudFront.url };
    one.settings = { ...sound, cloudFront };
    expect(await refusal(plan("invalidate"))).toBe("permanent NO_DISTRIBUTION");
    expect(await refusal(inspect())).toBe("permanent NO_DISTRIBUTION");
    one.settings = sound;
    one.allow = one.allow.filter((address) => address !== one.cloudFront.address);
    expect(await refusal(plan("invalidate"))).toBe("permanent ADDRESS_REFUSED");
    one.allow.push(one.cloudFront.address);
    one.secrets = { accessKeyId: "AKIDOTHER", secretAccessKey };
    expect(await refusal(plan("invalidate"))).toMatch(/^permanent NOT_/);
  });

  it("sees at registration whether the distribution is enabled and in front of this very site", async () => {
    const seen = async () => (await inspect())?.evidence.find(({ title }) => title.startsWith("CloudFront"));
    expect(await seen()).toMatchObject({ ok: true });
    one.cloudFront.settings.aliases = ["www.example.com"];
    const other = await seen();
    expect(other?.ok).toBe(false);
    expect(other?.detail).toContain("www.example.com, not 127.0.0.1");
    Object.assign(one.cloudFront.settings, { enabled: false, aliases: ["127.0.0.1"] });
    expect(await seen()).toMatchObject({ ok: false });
  });
});
