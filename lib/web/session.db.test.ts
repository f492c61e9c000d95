import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { encode } from "next-auth/jwt";
import { afterAll, describe, expect, it } from "vitest";
import { createToken } from "#lib/commands/token/create.ts";
import { revokeToken } from "#lib/commands/token/revoke.ts";
import { addUser } from "#lib/commands/user/add.ts";
import { changeUser } from "#lib/commands/user/change.ts";
import { signIn } from "#lib/commands/user/sign-in.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { listTokens } from "#lib/queries/token/list.ts";
import { cookieSecret, sessionCookie } from "#lib/web/session-cookie.ts";
import { authenticate, readActor } from "#lib/web/session.ts";

const { client } = await testDatabase();
process.env.LASTGOOD_DATA = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-session-"));
const data = process.env.LASTGOOD_DATA;
afterAll(() => fs.rmSync(data, { recursive: true }));

const cli: Actor = { kind: "system", id: "cli" };
const password = "correct horse battery";
const here = { address: null, userAgent: null };
const bearer = (token: string | null) => ({ authorization: `Bearer ${token ?? ""}` });
const refusedWith = (code: string): unknown => expect.objectContaining({ name: "Refusal", code });

async function cookieFor(sid: unknown): Promise<string> {
  return `other=1; ${sessionCookie().name}=${await encode({ token: { sid }, secret: cookieSecret() })}`;
}

describe("a cookie", () => {
  it("says who it is, until the account is disabled", async () => {
    const user = await addUser(cli, { email: "c@example.org", name: "C", role: "viewer", password });
    const cookie = await cookieFor((await signIn({ email: user.email, password }, here)).secret);
    expect(await readActor({ cookie })).toMatchObject({ id: user.id });
    expect(await readActor(new Headers({ cookie }))).toMatchObject({ id: user.id });
    await changeUser(cli, { user: user.id, disabled: true });
    expect(await readActor({ cookie })).toBeNull();
  });

  it("is nobody's when it was forged, or holds anything but a session's secret", async () => {
    const forged = await encode({ token: { sid: "x" }, secret: "another secret of another installation" });
    expect(await readActor({ cookie: `${sessionCookie().name}=${forged}` })).toBeNull();
    for (const sid of ["x", "", 7, null, { a: 1 }])
      expect(await readActor({ cookie: await cookieFor(sid) })).toBeNull();
    const { id } = (await client.session.findFirst()) ?? { id: "none" };
    expect(await readActor({ cookie: await cookieFor(id) })).toBeNull();
    for (const cookie of ["", ";;;", "=", `${sessionCookie().name}=`, `${sessionCookie().name}=a.b.c.d.e`]) {
      expect(await readActor({ cookie })).toBeNull();
    }
  });

  it("changes nothing from another site, where a token may", async () => {
    const user = await addUser(cli, { email: "x@example.org", name: "X", role: "viewer", password });
    const cookie = await cookieFor((await signIn({ email: user.email, password }, here)).secret);
    const headers = { cookie, origin: "https://evil.example" };
    await expect(authenticate({ method: "POST", headers })).rejects.toEqual(refusedWith("CROSS_ORIGIN"));
    const { token } = await createToken(cli, { user: user.id });
    const asked = { method: "POST", headers: { ...bearer(token), origin: "https://elsewhere.example" } };
    await expect(authenticate(asked)).resolves.toMatchObject({ id: user.id });
    await expect(authenticate({ method: "GET", headers: {} })).rejects.toEqual(
      refusedWith("UNAUTHENTICATED"),
    );
  });
});

describe("a token", () => {
  it("is stored as a hash only, told once, and listed without its secret", async () => {
    const user = await addUser(cli, { email: "t@example.org", name: "T", role: "operator", password });
    const made = await createToken(cli, { user: user.email, name: "pipeline", ttl: "1h" });
    expect(made.token).toMatch(/^lg_[A-Za-z0-9_-]{43}$/);
    expect(await readActor(bearer(made.token))).toMatchObject({
      id: user.id,
      via: { kind: "token", role: "operator" },
    });
    const stored = JSON.stringify([
      await client.token.findMany(),
      (await client.event.findMany()).map((e) => e.body),
    ]);
    expect(stored).not.toContain(made.token);
    expect(JSON.stringify(await listTokens(cli))).not.toMatch(/hash|lg_[A-Za-z0-9]/);
  });

  it("is not told again to who repeats the request", async () => {
    const user = await addUser(cli, { email: "again@example.org", name: "A", role: "operator", password });
    const key = { actorId: "cli", key: "k1", route: "POST /tokens", bodyHash: "h" };
    const first = await createToken(cli, { user: user.id }, key);
    const second = await createToken(cli, { user: user.id }, key);
    expect(second).toEqual({ ...first, token: null });
    expect(JSON.stringify(await client.idempotencyKey.findMany())).not.toContain(first.token);
  });

  it("ends at once when it is revoked, and by itself in time", async () => {
    const user = await addUser(cli, { email: "ends@example.org", name: "E", role: "admin", password });
    const { id, token } = await createToken(cli, { user: user.id });
    const actor = await authenticate({ method: "GET", headers: bearer(token) });
    await revokeToken(cli, { token: id });
    expect(await readActor(bearer(token))).toBeNull();
    await expect(changeUser(actor, { user: user.id, name: "Other" })).rejects.toEqual(
      refusedWith("UNAUTHENTICATED"),
    );
    const short = await createToken(cli, { user: user.id, ttl: "1m" });
    await client.token.update({ where: { id: short.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await readActor(bearer(short.token))).toBeNull();
  });

  it("carries no more than its cap, and makes none that is wider or lives longer", async () => {
    const user = await addUser(cli, { email: "cap@example.org", name: "Cap", role: "admin", password });
    const { token } = await createToken(cli, { user: user.id, role: "operator", ttl: "1h" });
    const actor = await authenticate({ method: "GET", headers: bearer(token) });
    await expect(changeUser(actor, { user: user.id, name: "No" })).rejects.toEqual(refusedWith("FORBIDDEN"));
    await expect(createToken(actor, { role: "admin" })).rejects.toEqual(refusedWith("FORBIDDEN"));
    const child = await createToken(actor, { ttl: "30d" });
    expect(child.role).toBe("operator");
    expect(Date.parse(child.expiresAt ?? "")).toBeLessThanOrEqual(Date.now() + 3600_000);
    const other = await addUser(cli, { email: "other@example.org", name: "O", role: "viewer", password });
    await expect(createToken(actor, { user: other.id })).rejects.toEqual(refusedWith("FORBIDDEN"));
  });

  it("does not fall back to the cookie when it is wrong", async () => {
    const user = await addUser(cli, { email: "both@example.org", name: "B", role: "viewer", password });
    const cookie = await cookieFor((await signIn({ email: user.email, password }, here)).secret);
    expect(await readActor({ cookie, authorization: "Bearer lg_wrong" })).toBeNull();
    expect(await readActor({ cookie, authorization: "Basic eDp5" })).toBeNull();
  });

  it("is refused with a lifetime that is none", async () => {
    for (const ttl of ["30", "0d", "d", "-1d", "400d", "1y", "9999999m"]) {
      await expect(createToken(cli, { user: "cap@example.org", ttl })).rejects.toEqual(
        refusedWith("INVALID"),
      );
    }
  });
});
