import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { expired, makeAuthority } from "#e2e/targets/certificates.ts";
import type { Authority, Certificate } from "#e2e/targets/certificates.ts";
import { forget, platformImages, services, startProject } from "#e2e/targets/compose-project.ts";
import type { ComposeProject, PlatformImages } from "#e2e/targets/compose-project.ts";
import { dockerNeeds, freePort, startDocker, startRegistry } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";

const login = { user: "worker", password: 'p"s$ 42/+' };

describeWith("Docker, whom it trusts and who trusts it", missing(dockerNeeds), () => {
  let own: Authority;
  let other: Authority;
  let engine: DockerHost;
  let registry: Registry;
  let images: PlatformImages;
  let project: ComposeProject;
  let client: Certificate;
  let port: number;
  const serverFile = (name: string): string => path.join(own.folder, `engine.${name}`);
  const serve = ({ certFile, keyFile }: Certificate): void => {
    copyFileSync(certFile, serverFile("pem"));
    copyFileSync(keyFile, serverFile("key"));
  };

  beforeAll(async () => {
    own = makeAuthority();
    other = makeAuthority("Somebody else");
    client = own.issue("worker");
    port = await freePort();
    serve(own.issue("engine"));
    const trust = ["--tlsverify", "--tlscacert", own.file];
    const certificate = ["--tlscert", serverFile("pem"), "--tlskey", serverFile("key")];
    engine = await startDocker({ words: ["-H", `tcp://127.0.0.1:${port}`, ...trust, ...certificate] });
    registry = await startRegistry();
    images = await platformImages(engine, registry);
    project = await startProject(engine, images);
  });
  afterAll(async () => {
    await project.stop();
    await engine.stop();
    await registry.stop();
    own.remove();
    other.remove();
  });

  const secretsOf = ({ cert, key }: Certificate, { cert: ca } = own) => ({ ca, cert, key });
  const open = (
    secrets: Record<string, string>,
    adapter = "docker-compose",
    imageDigest = project.imageDigest,
  ): ContractCase => {
    const request = planRequest();
    const host = `tcp://127.0.0.1:${port}`;
    const probe = (project.settings["probes"] as { data: { tcp: string } }).data.tcp;
    return {
      adapter,
      settings:
        adapter === "docker-compose" ? { ...project.settings, host } : { host, layers: [["shop_api"]] },
      secrets,
      allow: [`127.0.0.1:${port}`, probe],
      request: {
        ...request,
        to: { version: "v1", artifacts: { ...request.to.artifacts, imageDigest } },
      },
      fingerprint: () => project.print(),
      effects: () => Promise.resolve(0),
      wrongSettings: [],
      stop: () => Promise.resolve(),
    };
  };

  describe.each(["docker-compose", "docker-swarm"])("an engine with TLS, for %s", (adapter) => {
    const seen = (secrets: Record<string, string>): Promise<string> =>
      refusal(underTest(() => open(secrets, adapter)).identify());
    const said = async (secrets: Record<string, string>): Promise<string> =>
      underTest(() => open(secrets, adapter))
        .identify()
        .then(
          () => "",
          (error: unknown) => (error instanceof Error ? error.message : ""),
        );

    it("takes whoever has a certificate of its authority, and nobody else", async () => {
      const before = await project.print();
      // Known to be an engine, whether it is part of a swarm or not.
      expect(await seen(secretsOf(client))).toBe(
        adapter === "docker-compose" ? "none" : "permanent NOT_A_MANAGER",
      );
      expect(await seen({})).toBe("permanent TLS_NEEDED");
      expect(await seen({ ca: own.cert })).toMatch(
        /^(?:permanent TLS_REFUSED|transient ENGINE_UNREACHABLE)$/,
      );
      expect(await seen(secretsOf(other.issue("worker")))).toMatch(
        /^(?:permanent TLS_REFUSED|transient ENGINE_UNREACHABLE)$/,
      );
      expect(await seen(secretsOf(client, other))).toBe("permanent TLS_REFUSED");
      expect(await seen({ ...secretsOf(client), key: own.issue("worker").key })).toBe(
        "permanent TLS_REFUSED",
      );
      expect(await seen({ ...secretsOf(client), cert: "no certificate" })).toBe("permanent TLS_REFUSED");
      expect(await project.print()).toEqual(before);
    });

    it("names an expired certificate, the client's own and the engine's", async () => {
      const late = secretsOf(own.issue("worker", expired));
      expect(await seen(late)).toBe("permanent CERTIFICATE_EXPIRED");
      expect(await said(late)).toContain("this target's own certificate");
      serve(own.issue("engine", expired));
      await engine.restart();
      expect(await seen(secretsOf(client))).toBe("permanent CERTIFICATE_EXPIRED");
      expect(await said(secretsOf(client))).toContain(`The certificate of tcp://127.0.0.1:${port}`);
      serve(own.issue("engine"));
      await engine.restart();
      expect(await seen(secretsOf(client))).not.toContain("EXPIRED");
    });
  });

  it("fetches from a registry that wants a login, names a login that is missing or wrong and a compose that is too new, and rolls back over TLS", async () => {
    const closed = await startRegistry({ like: registry, login });
    onTestFinished(() => closed.stop());
    const good = images.good.replace(registry.address, closed.address);
    const digests = services.map((service) => `${service}=${good}`).join(",");
    const order = ["stop", "pin-images", "pull", "start-layer"];
    const signIn = { registryUser: login.user, registryPassword: login.password };
    const rolling = (more: Record<string, string>) =>
      underTest(() => open({ ...secretsOf(client), ...more }, "docker-compose", digests));
    const refusesNewer = async (desired: unknown): Promise<void> => {
      const newer = path.join(own.folder, "newer-compose");
      writeFileSync(newer, '#!/bin/sh\nCOMPOSE_API_VERSION=1.99 exec /usr/bin/docker-compose "$@"\n');
      chmodSync(newer, 0o755);
      const one = open({ ...secretsOf(client), ...signIn }, "docker-compose", digests);
      one.settings = { ...one.settings, composePath: newer };
      const { fault } = await underTest(() => one).step("start-layer", desired);
      expect(fault).toMatchObject({ kind: "permanent", code: "CLIENT_MISMATCH" });
      expect(fault?.message).toContain("too new");
      expect(fault?.advice).toContain("composePath");
    };
    await forget(engine, images.good, good);
    const before = await project.print();
    for (const wrong of [{}, { ...signIn, registryPassword: "another" }]) {
      const { plans, step } = rolling(wrong);
      const outcome = await plans("pull").then(
        async ([planned]) => (await step("pull", planned?.desired)).fault,
        (error: unknown) => error,
      );
      expect(outcome).toMatchObject({ kind: "permanent", code: "REGISTRY_REFUSED" });
      expect(JSON.stringify(outcome)).not.toContain("another");
    }
    expect(await project.print()).toEqual(before);
    const { plans, step } = rolling(signIn);
    const steps = [];
    for (const operation of order)
      for (const { desired } of await plans(operation)) steps.push({ operation, desired });
    for (const { operation, desired } of steps) {
      if (operation === "start-layer") await refusesNewer(desired);
      expect((await step(operation, desired)).fault, operation).toBeNull();
    }
    for (const service of services) await expect.poll(() => project.version(service)).toBe("v1");
  });
});
