import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import {
  finishedSteps,
  followJourney,
  killAtIntent,
  plannedSteps,
  prepareJourney,
  procedureSteps,
  startJourney,
} from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { startSites } from "#e2e/targets/swift-site.ts";
import type { Site, Sites } from "#e2e/targets/swift-site.ts";
import { swiftNeeds } from "#e2e/targets/swift.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import { staticSite } from "#lib/adapters/static-site/index.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const revision = "build-41";

describeWith("a static site in Swift, with Varnish in front", missing(swiftNeeds), () => {
  let sites: Sites;
  const secrets = () => sites.secrets;
  const allow = () => sites.allow;

  beforeAll(async () => {
    sites = await startSites();
  });
  afterAll(() => sites.stop());

  /** 2.3.0 with its manifest, and 2.4.0 over it; the cache holds the page of 2.4.0. */
  async function twoVersions(): Promise<Site & { versions: Record<string, string> }> {
    const site = await sites.bucket();
    const versions: Record<string, string> = {};
    const page = (version: string): string =>
      `<meta content="${version}"><script src="app.${version}.js"></script>`;
    versions["app.2.3.0.js"] = await site.put("app.2.3.0.js", "old()");
    versions["logo.svg"] = await site.put("logo.svg", "<svg>old</svg>");
    versions["index.html"] = await site.put("index.html", page("2.3.0"));
    const objects = Object.entries(versions).map(([key, versionId]) => ({ key, versionId }));
    await site.put(`manifests/${revision}.json`, JSON.stringify({ objects }));
    await site.put("app.2.4.0.js", "bad()");
    await site.put("logo.svg", "<svg>new</svg>");
    await site.put("index.html", page("2.4.0"));
    expect(await site.served("/")).toContain("2.4.0");
    expect(await site.served("/logo.svg")).toBe("<svg>new</svg>");
    return { ...site, versions };
  }

  const request = { ...planRequest({ revision }), component: "ui" as const };

  contractSuite("static-site", {
    make: async (): Promise<ContractCase> => {
      const site = await twoVersions();
      return {
        adapter: "static-site",
        settings: site.settings,
        secrets: secrets(),
        allow: allow(),
        request,
        fingerprint: async () => {
          const { listVersions } = await import("#lib/adapters/static-site/objects.ts");
          const settings = staticSite.settings.parse(site.settings);
          const { ctx } = adapterContext({ settings, secrets: secrets(), allow: allow() });
          const all = await listVersions({ ...ctx, settings }, sites.client);
          return [...all.map(({ key, versionId }) => `${key} ${versionId}`), await site.served("/")];
        },
        effects: async (operation) => {
          if (operation === "invalidate") return (await site.served("/")).includes("2.3.0") ? 1 : 0;
          const page = await fetch(`${sites.swift.url}/v1/AUTH_test/${site.bucket}/index.html`);
          return (await page.text()).includes("2.3.0") ? 1 : 0;
        },
        wrongSettings: [
          {},
          { ...site.settings, unknown: 1 },
          { ...site.settings, bucket: "Not A Bucket" },
          { ...site.settings, manifest: "without-a-place.json" },
          { ...site.settings, versionText: "none" },
          { ...site.settings, prefix: "/site" },
        ],
        stop: () => Promise.resolve(),
      };
    },
  });

  describe("what cannot be restored is named, and nothing is changed", () => {
    const planned = async (
      site: Site,
      more: {
        settings?: JsonObject;
        secrets?: Record<string, string>;
        allow?: string[];
        revision?: string | null;
      } = {},
    ): Promise<unknown> => {
      const settings = staticSite.settings.parse({ ...site.settings, ...more.settings });
      const { ctx } = adapterContext({
        settings,
        secrets: more.secrets ?? secrets(),
        allow: more.allow ?? allow(),
      });
      const operation = staticSite.operations.find(({ id }) => id === "restore-version");
      const asked = more.revision === undefined ? request : { ...planRequest({ revision: more.revision }) };
      return operation
        ?.plan({ ...ctx, settings }, asked)
        .then((answer) => plansOf(answer)[0])
        .catch((error: unknown) =>
          error instanceof Fault ? error : Promise.reject(new Error("No fault.", { cause: error })),
        );
    };

    it("wrong keys, an address that is not allowed, no versions, no such bucket, manifest or object version", async () => {
      const site = await twoVersions();
      expect(await planned(site)).toMatchObject({ desired: { objects: 3 }, observed: { toRestore: 2 } });
      const wrong = { accessKeyId: sites.swift.accessKeyId, secretAccessKey: "another-secret-key" };
      expect(await planned(site, { secrets: wrong })).toMatchObject({ code: "NOT_AUTHENTICATED" });
      expect(await planned(site, { secrets: {} })).toMatchObject({ code: "NO_CREDENTIALS" });
      expect(await planned(site, { allow: [] })).toMatchObject({ code: "ADDRESS_REFUSED" });
      expect(await planned(site, { settings: { bucket: "never-made" } })).toMatchObject({
        code: "NO_BUCKET",
      });
      expect(await planned(site, { revision: "build-7" })).toMatchObject({ code: "OBJECT_GONE" });
      expect(await planned(site, { revision: null })).toMatchObject({ code: "NO_REVISION" });
      await site.gone("logo.svg", site.versions["logo.svg"] ?? "");
      const gone = await planned(site);
      expect(gone).toMatchObject({ kind: "permanent", code: "OBJECT_GONE" });
      expect((gone as Fault).message).toContain("logo.svg");
      expect(await planned(await sites.bucket(false))).toMatchObject({ code: "NOT_VERSIONED" });
    });
  });

  it("goes back through the product with a worker killed in the middle, and the cache serves version 1", async () => {
    process.env["LASTGOOD_SECRET_S3_ID"] = sites.swift.accessKeyId;
    process.env["LASTGOOD_SECRET_S3_KEY"] = sites.swift.secretAccessKey;
    const database = await testDatabase();
    const pool = workerPool(
      () => database.url,
      () => database.client,
      2,
    );
    await pool.atLeast(2);
    const site = await twoVersions();
    const journey = {
      playbook: "v2-platform",
      procedure: "ui-version",
      scope: ["ui" as const],
      place: {
        allow: allow(),
        targets: [
          {
            component: "ui" as const,
            adapter: "static-site",
            settings: site.settings,
            secrets: {
              accessKeyId: "env:LASTGOOD_SECRET_S3_ID",
              secretAccessKey: "env:LASTGOOD_SECRET_S3_KEY",
            },
          },
        ],
      },
      good: { version: "2.3.0", hoursAgo: 24, configurationRevision: revision },
      bad: { version: "2.4.0", hoursAgo: 1 },
    };
    const prepared = await prepareJourney(database.client, journey);
    await startJourney(database.client, prepared);
    await killAtIntent(database.client, pool, prepared.id, ["restore-version"]);
    const end = await followJourney(database.client, prepared);

    expect(["monitoring", "succeeded"]).toContain(end.state);
    expect(end.takenOver).toHaveLength(1);
    expect(await site.served("/")).toContain('content="2.3.0"');
    expect(await site.served("/logo.svg")).toBe("<svg>old</svg>");
    expect(await site.served("/app.2.4.0.js")).toBe("bad()");
    const named = await procedureSteps(journey, ["ui"]);
    expect(named).toEqual([
      "execution ui restore-version",
      "execution ui invalidate",
      "verification ui verify-version",
    ]);
    expect(plannedSteps(prepared)).toEqual(named);
    expect(finishedSteps(prepared, end)).toEqual(named);
    await pool.stop();
  });
});
