import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { underTest } from "#e2e/contract/adapter-under-test.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { expired, makeAuthority } from "#e2e/targets/certificates.ts";
import type { Authority, Certificate } from "#e2e/targets/certificates.ts";
import { etcdMissing, startEtcd } from "#e2e/targets/etcd.ts";
import { gitMissing, startGitHttp, twoReleases } from "#e2e/targets/git-http.ts";
import { requestFor } from "#e2e/targets/git-case.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { startSites } from "#e2e/targets/swift-site.ts";
import { swiftNeeds } from "#e2e/targets/swift.ts";
import { startTlsFront } from "#e2e/targets/tls-front.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { Fault } from "#lib/domain/errors.ts";

describe("A system whose certificate the worker does not trust is named, and nothing is sent to it", () => {
  const usual = getCACertificates("default");
  let own: Authority;
  let other: Authority;
  beforeAll(() => {
    own = makeAuthority();
    other = makeAuthority("Somebody else");
    // As NODE_EXTRA_CA_CERTS does for a worker.
    setDefaultCACertificates([...usual, own.cert]);
  });
  afterAll(() => {
    setDefaultCACertificates(usual);
    own.remove();
    other.remove();
  });
  const certificates = (): [string, Certificate][] => [
    ["valid", own.issue("localhost")],
    ["expired", own.issue("localhost", expired)],
    ["not valid yet", own.issue("localhost", [2, 5])],
    ["another authority", other.issue("localhost")],
  ];
  const caseOf = (adapter: string, settings: JsonObject, address: string): ContractCase => ({
    adapter,
    settings,
    secrets: {},
    allow: [address],
    request: planRequest(),
    fingerprint: () => Promise.resolve(null),
    effects: () => Promise.resolve(0),
    wrongSettings: [],
    stop: () => Promise.resolve(),
  });
  /** What a plan says; such as "permanent TLS_REFUSED …: its certificate has expired. Renew …". */
  const planned = async (one: ContractCase, operation: string): Promise<string> =>
    underTest(() => one)
      .plans(operation)
      .then(
        (plans) => `${plans.length} planned`,
        (error: unknown) => {
          if (!(error instanceof Fault)) throw error;
          return `${error.kind} ${error.code} ${error.message} ${error.advice}`;
        },
      );
  const expectNamed = (said: Record<string, string>, renew = /Renew the certificate/): void => {
    expect(said["valid"]).toBe("1 planned");
    expect(said["expired"]).toMatch(/^permanent TLS_REFUSED .*expired/s);
    expect(said["expired"]).toMatch(renew);
    for (const name of ["not valid yet", "another authority"])
      expect(said[name], name).toMatch(/^permanent TLS_REFUSED .*Check the certificate/s);
  };

  describeWith("etcd", etcdMissing, () => {
    it("with TLS of its own", async () => {
      const said: Record<string, string> = {};
      for (const [name, { certFile, keyFile }] of certificates()) {
        const files = ["--cert-file", certFile, "--key-file", keyFile];
        const etcd = await startEtcd(files, "https");
        const revision = name === "valid" ? await etcd.put("config/a", "1") : 1;
        const one = caseOf("etcd", { url: etcd.url, prefix: "config/" }, etcd.address);
        one.request = planRequest({ revision: String(revision) });
        said[name] = await planned(one, "restore-prefix");
        await etcd.stop();
      }
      expectNamed(said);
    });
  });

  describeWith("git", gitMissing, () => {
    it("over HTTPS, by the certificates of caFile", async () => {
      const server = await startGitHttp("token");
      const good = await twoReleases(server);
      const before = server.git("for-each-ref");
      const said: Record<string, string> = {};
      for (const [name, certificate] of certificates()) {
        const front = await startTlsFront(Number(server.address.split(":")[1]), certificate);
        const settings = { url: `${front.url}/shop.git`, tagName: "v{version}", caFile: own.file };
        const one = { ...caseOf("git", settings, front.address), secrets: { token: "token" } };
        one.request = requestFor(good);
        said[name] = await planned(one, "revert-commit");
        await front.stop();
      }
      // Debian's git does not say what is wrong with a certificate.
      expectNamed(said, /Renew|Check the certificate of the server: expired/);
      expect(server.git("for-each-ref")).toBe(before);
      await server.stop();
    });
  });

  describeWith("a bucket in Swift", missing(swiftNeeds), () => {
    it("behind TLS", async () => {
      const sites = await startSites();
      const site = await sites.bucket();
      const put = await site.put("index.html", "<p>1</p>");
      const manifest = JSON.stringify({ objects: [{ key: "index.html", versionId: put }] });
      await site.put("manifests/build-1.json", manifest);
      const said: Record<string, string> = {};
      for (const [name, certificate] of certificates()) {
        const front = await startTlsFront(Number(sites.swift.address.split(":")[1]), certificate);
        const settings = { ...site.settings, endpoint: front.url };
        const one = { ...caseOf("static-site", settings, front.address), secrets: sites.secrets };
        one.request = { ...planRequest({ revision: "build-1" }), component: "ui" };
        said[name] = await planned(one, "restore-version");
        await front.stop();
      }
      expectNamed(said);
      await sites.stop();
    });
  });
});
