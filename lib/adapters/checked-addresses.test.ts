import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { engineCall } from "#lib/adapters/docker-engine.ts";
import { withKube } from "#lib/adapters/kubernetes/api.ts";
import { Settings } from "#lib/adapters/kubernetes/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

const folder = mkdtempSync(path.join(tmpdir(), "lastgood-addresses-"));
const read = (name: string): string => readFileSync(path.join(folder, name), "utf8");
const open: Server[] = [];

beforeAll(() => {
  for (const name of ["engine.test", "docker"]) {
    const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
    const subject = ["-subj", "/CN=test", "-addext", `subjectAltName=DNS:${name}`];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", ...files, ...subject],
      { stdio: "ignore", cwd: folder },
    );
  }
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  open.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
const answer: RequestListener = (_request, response) => void response.end('{"gitVersion":"v1.30.0"}');

/** A name that no name server knows: who gets through has used the address that was checked. */
function contextOf<S>(settings: S, secrets: Record<string, string>) {
  const { ctx } = adapterContext({ settings, secrets });
  const addresses = () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]);
  return { ...ctx, settings, allowed: () => true, addresses };
}
const refused = () =>
  Promise.reject(new Fault("permanent", "ADDRESS_REFUSED", "It resolves to a private address.", "See."));

const engine = (port: number, secrets = {}) =>
  contextOf({ host: `tcp://engine.test:${port}`, engineSeconds: 5 }, secrets);
const call = { path: "/version" };

function cluster(port: number) {
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "one", cluster: { server: `http://api.test:${port}` } }],
    users: [{ name: "one", user: { token: "a-token-of-the-cluster" } }],
    contexts: [{ name: "one", context: { cluster: "one", user: "one" } }],
    "current-context": "one",
  });
  const settings = Settings.parse({ namespace: "shop", deployment: "shop", allowUnverifiedTls: true });
  return contextOf(settings, { kubeconfig });
}
const version = { verb: "get", resource: "version" } as const;

it("a Docker Engine is reached at the address that was checked, and at no other", async () => {
  const ctx = engine(await listen(createServer(answer)));
  expect((await engineCall(ctx, call)).status).toBe(200);
  await expect(engineCall({ ...ctx, addresses: refused }, call)).rejects.toMatchObject({
    code: "ADDRESS_REFUSED",
  });
});

it("the certificate of a Docker Engine must be for its own name", async () => {
  const tls = (name: string) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) });
  const good = await listen(createTlsServer(tls("engine.test"), answer));
  expect((await engineCall(engine(good, { ca: read("engine.test.pem") }), call)).status).toBe(200);
  const other = await listen(createTlsServer(tls("docker"), answer));
  await expect(engineCall(engine(other, { ca: read("docker.pem") }), call)).rejects.toMatchObject({
    kind: "permanent",
    code: "TLS_REFUSED",
  });
});

it("a Kubernetes API server is reached at the address that was checked, and at no other", async () => {
  const ctx = cluster(await listen(createServer(answer)));
  const asked = (one: typeof ctx) => withKube(one, (kube) => kube.get(version, "/version"));
  expect(await asked(ctx)).toEqual({ gitVersion: "v1.30.0" });
  await expect(asked({ ...ctx, addresses: refused })).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
});
