import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findAnswer, keepAnswer } from "#lib/commands/idempotency.ts";
import { removeSecret } from "#lib/commands/secret/remove.ts";
import { rotateSecrets, type Keyring } from "#lib/commands/secret/rotate.ts";
import { setSecret } from "#lib/commands/secret/set.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { createLog } from "#lib/platform/log.ts";
import {
  addPrivateKey,
  openSealed,
  publicKeyOf,
  readPrivateKeys,
} from "#lib/platform/secrets/private-keys.ts";
import { redactor } from "#lib/platform/secrets/redact.ts";
import { resolveSecret } from "#lib/platform/secrets/resolve.ts";
import { exportLines } from "#lib/queries/audit/export-lines.ts";
import { listSecrets } from "#lib/queries/secret/list.ts";
import { basePath, createApi } from "#lib/web/dispatch.ts";
import { authenticate } from "#lib/web/session.ts";
import { addEveryRole } from "#lib/web/world.fixture.ts";
import { publishOwnKey } from "#lib/workflows/publish-own-key.ts";
import { routes } from "../../../app/api/v1/table.ts";
import { person, setup } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

const folder = vi.hoisted(() => {
  const data = `/tmp/secrets-${process.pid}-${Date.now()}`;
  process.env["LASTGOOD_DATA"] = data;
  return data;
});
const keyFile = path.join(folder, "secrets", "sealing.pem");
const { client } = await testDatabase();
const admin = await person("admin");
const api = createApi({
  routes,
  authenticate,
  findAnswer,
  keepAnswer,
  log: createLog("api"),
  checksAnswers: true,
});
const value = "correct-horse/battery+staple";
const log = createLog("test");
let token: string;

beforeAll(async () => {
  token = (await addEveryRole(client)).admin.token;
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });
const call = (method: string, where: string, body?: unknown, headers: Record<string, string> = {}) =>
  api(
    new Request(`http://test${basePath}${where}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );

describe("before any worker has run", () => {
  it("nothing can be set, and no key file is made for it", async () => {
    await expect(setSecret(admin, { name: "gateway", value })).rejects.toEqual(code("WRONG_STATE"));
    expect(fs.existsSync(keyFile)).toBe(false);
  });
});

describe("a stored secret", () => {
  it("is set without the private key, by an admin everywhere, and opened by the worker alone", async () => {
    await publishOwnKey(log);
    expect(fs.statSync(keyFile).mode & 0o777).toBe(0o600);
    fs.renameSync(keyFile, `${keyFile}.away`);
    expect((await call("PUT", "/secrets/gateway", { value })).status).toBe(200);
    expect(fs.existsSync(keyFile)).toBe(false);
    await expect(resolveSecret("stored:gateway")).rejects.toMatchObject({
      kind: "permanent",
      code: "SECRET_UNREADABLE",
    });
    fs.renameSync(`${keyFile}.away`, keyFile);
    expect(await resolveSecret("stored:gateway")).toBe(value);
    for (const role of ["viewer", "operator", "release_manager"] as const)
      await expect(setSecret(await person(role), { name: "other", value })).rejects.toEqual(
        code("FORBIDDEN"),
      );
    await expect(setSecret(await person("admin", "shop"), { name: "other", value })).rejects.toEqual(
      code("FORBIDDEN"),
    );
    await expect(listSecrets(await person("release_manager"))).rejects.toEqual(code("FORBIDDEN"));
  });

  it("is listed with who set it and which targets name it, also when nobody has set it yet", async () => {
    const id = await service({ system: "shop" });
    const target = await client.target.findFirstOrThrow({ where: { environment: { serviceId: id } } });
    await client.target.update({
      where: { id: target.id },
      data: {
        secrets: { token: "stored:gateway", other: "stored:forgotten", third: "env:LASTGOOD_SECRET_X" },
      },
    });
    const listed = await listSecrets(admin);
    expect(listed).toMatchObject([
      { name: "forgotten", setAt: null, setBy: null, usedBy: [{ service: id }] },
      { name: "gateway", usedBy: [{ service: id, environment: "production", component: target.component }] },
    ]);
    await expect(removeSecret(admin, { name: "gateway" })).rejects.toEqual(code("WRONG_STATE"));
    await client.target.update({ where: { id: target.id }, data: { secrets: {} } });
    await setSecret(admin, { name: "short-lived", value });
    await removeSecret(admin, { name: "short-lived" });
    await expect(removeSecret(admin, { name: "short-lived" })).rejects.toEqual(code("NOT_FOUND"));
    await expect(resolveSecret("stored:short-lived")).rejects.toMatchObject({ code: "SECRET_NOT_FOUND" });
  });

  it("does not open under another name, nor once somebody changed it in the database", async () => {
    const row = await client.storedSecret.findUniqueOrThrow({ where: { name: "gateway" } });
    await client.storedSecret.create({ data: { ...row, name: "moved" } });
    await expect(resolveSecret("stored:moved")).rejects.toMatchObject({ code: "SECRET_UNREADABLE" });
    await client.storedSecret.delete({ where: { name: "moved" } });
  });

  it("leaves its value nowhere: answers, errors, events, export, idempotency keys, the whole database", async () => {
    const texts: string[] = [];
    const key = { "idempotency-key": "set-it-once" };
    for (const [method, where, body, headers] of [
      ["PUT", "/secrets/gateway", { value }, key],
      ["PUT", "/secrets/gateway", { value }, key],
      ["PUT", "/secrets/not%20a%20name", { value }, {}],
      ["PUT", "/secrets/gateway", { value, more: value }, {}],
      ["PUT", "/secrets/gateway", { value: { [value]: value } }, {}],
      ["PUT", "/secrets/gateway", { value: value.repeat(4000) }, {}],
      ["GET", "/secrets", undefined, {}],
      ["GET", "/secrets/gateway", undefined, {}],
      ["GET", "/audit", undefined, {}],
    ] as const)
      texts.push(await (await call(method, where, body, headers)).text());
    for await (const line of exportLines()) texts.push(line);
    const tables = await client.$queryRaw<{ name: string }[]>`
      SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'dbos')`;
    for (const { name } of tables)
      texts.push(
        JSON.stringify(await client.$queryRawUnsafe(`SELECT row_to_json(t)::text AS row FROM ${name} t`)),
      );
    expect(tables.length).toBeGreaterThan(20);
    const redact = redactor([value]);
    for (const text of texts) expect(redact(text)).toBe(text);
    const digest = sha256(canonical({ value }));
    for (const text of texts) expect(text).not.toContain(digest);
    expect(texts[4]).toContain("INVALID");
  });
});

it("two rotations at once lose nothing: one follows the other", async () => {
  const run = () =>
    rotateSecrets({
      makeKey: () => publicKeyOf(addPrivateKey(keyFile)),
      open: ({ name, keyId, sealed }) => {
        const own = readPrivateKeys(keyFile).find(({ id }) => id === keyId);
        return own === undefined ? null : openSealed(own, name, sealed);
      },
    })(setup, { acceptsLoss: false });
  await Promise.all([run(), run(), run()]);
  expect(await resolveSecret("stored:gateway")).toBe(value);
});

describe("rotation", () => {
  const rotate = (open: Keyring["open"], acceptsLoss = false) =>
    rotateSecrets({ makeKey: () => publicKeyOf(addPrivateKey(keyFile)), open })(setup, { acceptsLoss });

  it("seals everything with a new key; what was sealed before still opens", async () => {
    const row = await client.storedSecret.findUniqueOrThrow({ where: { name: "gateway" } });
    const done = await rotate(({ name, keyId, sealed }) => {
      const own = readPrivateKeys(keyFile).find(({ id }) => id === keyId);
      return own === undefined ? null : openSealed(own, name, sealed);
    });
    expect(done).toMatchObject({ resealed: 1, lost: [] });
    const after = await client.storedSecret.findUniqueOrThrow({ where: { name: "gateway" } });
    expect(after.keyId).toBe(done.key);
    expect(after.setAt).toEqual(row.setAt);
    expect(after.sealed).not.toBe(row.sealed);
    expect(await resolveSecret("stored:gateway")).toBe(value);
    await setSecret(admin, { name: "gateway", value: "another-value" });
    expect(await resolveSecret("stored:gateway")).toBe("another-value");
    expect(await client.sealingKey.count({ where: { retiredAt: null } })).toBe(1);
  });

  it("changes nothing when something could be opened by nobody any more, unless that is accepted", async () => {
    const before = await client.storedSecret.findMany();
    await expect(rotate(() => null)).rejects.toThrow(
      "cannot be opened with the keys of this machine: gateway",
    );
    expect(await client.storedSecret.findMany()).toEqual(before);
    expect(await rotate(() => null, true)).toMatchObject({ resealed: 0, lost: ["gateway"] });
    expect(await resolveSecret("stored:gateway")).toBe("another-value");
  });

  it("of the key has the second worker that starts use the first one's, and make none of its own", async () => {
    fs.renameSync(keyFile, `${keyFile}.away`);
    await publishOwnKey(log);
    expect(fs.existsSync(keyFile)).toBe(false);
    fs.renameSync(`${keyFile}.away`, keyFile);
    expect(await client.sealingKey.count({ where: { retiredAt: null } })).toBe(1);
  });
});
