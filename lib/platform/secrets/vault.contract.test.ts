import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { vaultSettings } from "#lib/platform/secrets/vault-settings.ts";
import { vaultReader } from "#lib/platform/secrets/vault.ts";

/* Vault's documented answers of KV version 1 and 2 and of AppRole; no Vault runs here. */
let server: Server;
let url: string;
let seen: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[];
let answers: Record<string, { status: number; body: unknown }>;
beforeEach(async () => {
  seen = [];
  answers = {};
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = "", url: path = "", headers } = request;
      seen.push({ method, url: path, headers, body });
      const answer = answers[path] ?? { status: 404, body: { errors: [] } };
      response
        .writeHead(answer.status, { "content-type": "application/json" })
        .end(JSON.stringify(answer.body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const token = "hvs.the-token-of-the-worker";
const settings = (more: Record<string, string> = {}) =>
  vaultSettings({ LASTGOOD_VAULT_ADDR: `${url}/`, LASTGOOD_SECRET_VAULT_TOKEN: token, ...more });
const version2 = (data: unknown) => ({
  status: 200,
  body: { request_id: "1", data: { data, metadata: { version: 3, deletion_time: "", destroyed: false } } },
});
const place = "secret/shop/gateway#token";
const path2 = "/v1/secret/data/shop/gateway";

it("reads a key of version 2 and of version 1, as the worker, in its namespace", async () => {
  answers[path2] = version2({ token: "the-secret", other: "x" });
  expect(await vaultReader(settings({ LASTGOOD_VAULT_NAMESPACE: "team/shop" }))(place)).toBe("the-secret");
  expect(seen[0]).toMatchObject({
    method: "GET",
    headers: { "x-vault-token": token, "x-vault-namespace": "team/shop", "x-vault-request": "true" },
  });
  answers["/v1/secret/shop/gateway"] = { status: 200, body: { data: { token: "the-first" } } };
  expect(await vaultReader(settings({ LASTGOOD_VAULT_KV: "1" }))(place)).toBe("the-first");
});

it("asks once for what it just read, and again after three seconds", async () => {
  answers[path2] = version2({ token: "the-secret" });
  let now = 1_000_000;
  const read = vaultReader(settings(), () => now);
  await read(place);
  now += 2000;
  await read(place);
  expect(seen).toHaveLength(1);
  now += 2000;
  answers[path2] = version2({ token: "another" });
  expect(await read(place)).toBe("another");
});

it("signs in by AppRole, keeps the token while its lease lasts, and signs in again after a refusal", async () => {
  answers["/v1/auth/approle/login"] = {
    status: 200,
    body: { auth: { client_token: "short", lease_duration: 60 } },
  };
  answers[path2] = version2({ token: "the-secret" });
  let now = 1_000_000;
  const approle = vaultSettings({
    LASTGOOD_VAULT_ADDR: url,
    LASTGOOD_VAULT_ROLE_ID: "role",
    LASTGOOD_SECRET_VAULT_SECRET_ID: "the-secret-id",
  });
  const read = vaultReader(approle, () => now);
  await read(place);
  now += 10_000;
  await read(place);
  const logins = () => seen.filter((one) => one.url.endsWith("/login"));
  expect(logins().map(({ body }) => body)).toEqual(['{"role_id":"role","secret_id":"the-secret-id"}']);
  now += 50_000;
  await read(place);
  expect(logins()).toHaveLength(2);
  answers[path2] = { status: 403, body: { errors: ["permission denied"] } };
  now += 10_000;
  await expect(read(place)).rejects.toMatchObject({ code: "VAULT_REFUSED" });
  await expect(read(place)).rejects.toMatchObject({ code: "VAULT_REFUSED" });
  expect(logins()).toHaveLength(3);
});

describe("names what goes wrong, and repeats no secret and nothing that the Vault wrote", () => {
  it.each([
    ["sealed", { status: 503, body: { errors: ["Vault is sealed"] } }, "transient", "VAULT_SEALED"],
    [
      "a missing policy",
      { status: 403, body: { errors: ["permission denied"] } },
      "permanent",
      "VAULT_REFUSED",
    ],
    ["a path that is not there", { status: 404, body: { errors: [] } }, "permanent", "SECRET_NOT_FOUND"],
    ["a key that is not there", version2({ other: "the-other-secret" }), "permanent", "SECRET_NOT_FOUND"],
    ["a number", version2({ token: 42 }), "permanent", "SECRET_NOT_FOUND"],
    ["a deleted version", { status: 200, body: { data: { data: null } } }, "permanent", "SECRET_NOT_FOUND"],
    [
      "version 1 read as 2",
      { status: 200, body: { data: { token: "the-secret" } } },
      "permanent",
      "VAULT_FAILED",
    ],
    ["something else", { status: 200, body: "the-secret" }, "permanent", "VAULT_FAILED"],
    ["a broken Vault", { status: 500, body: { errors: ["1 error"] } }, "transient", "VAULT_FAILED"],
    ["too many questions", { status: 429, body: { errors: ["the-secret"] } }, "transient", "VAULT_FAILED"],
  ])("%s", async (_what, answer, kind, code) => {
    answers[path2] = answer;
    const fault: unknown = await vaultReader(settings())(place).catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind, code });
    const told = JSON.stringify([String(fault), fault]);
    for (const secret of [token, "the-secret", "the-other-secret"]) expect(told).not.toContain(secret);
  });

  it("nobody who listens, and paths that lead elsewhere", async () => {
    const closed = vaultReader(settings({ LASTGOOD_VAULT_ADDR: "http://127.0.0.1:1" }));
    await expect(closed(place)).rejects.toMatchObject({ kind: "transient", code: "NO_CONNECTION" });
    for (const bad of [
      "secret#x",
      "secret/../sys#x",
      "secret//x#x",
      "secret/x?y#x",
      "secret/x#",
      "/secret/x#x",
    ])
      await expect(vaultReader(settings())(bad)).rejects.toMatchObject({ code: "SECRET_REFUSED" });
    expect(seen).toHaveLength(0);
  });

  it("a Vault that is not configured, or only half", () => {
    const wrong = [
      {},
      { LASTGOOD_VAULT_ADDR: "vault:8200", LASTGOOD_SECRET_VAULT_TOKEN: token },
      { LASTGOOD_VAULT_ADDR: url },
      { LASTGOOD_VAULT_ADDR: url, LASTGOOD_VAULT_ROLE_ID: "role" },
      { LASTGOOD_VAULT_ADDR: url, LASTGOOD_SECRET_VAULT_TOKEN: token, LASTGOOD_VAULT_KV: "3" },
      { LASTGOOD_VAULT_ADDR: url, LASTGOOD_SECRET_VAULT_TOKEN_FILE: "/nowhere" },
    ];
    for (const environment of wrong)
      expect(() => vaultSettings(environment)).toThrow(
        expect.objectContaining({ code: "VAULT_NOT_CONFIGURED" }),
      );
  });
});
