import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import NextAuth from "next-auth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser } from "#lib/commands/user/add.ts";
import { changeUser } from "#lib/commands/user/change.ts";
import { signInWithIdentity } from "#lib/commands/user/sign-in-with-identity.ts";
import { signIn } from "#lib/commands/user/sign-in.ts";
import { signOut } from "#lib/commands/user/sign-out.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { isRecentlyReauthenticated } from "#lib/domain/reauthentication.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { authOptions } from "#lib/web/auth-options.ts";
import { readActor } from "#lib/web/session.ts";

const { client } = await testDatabase();
const cli: Actor = { kind: "system", id: "cli" };
const password = "correct horse battery";
let base = "";
let stop = async (): Promise<void> => Promise.resolve();

beforeAll(async () => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-oidc-"));
  const server = http.createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const script = path.resolve("e2e/identity-provider.mjs");
  const provider = spawn(process.execPath, [script, `${base}/api/auth/callback/oidc`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(provider.stdout, "data")) as [Buffer];
  process.env.LASTGOOD_DATA = data;
  process.env.LASTGOOD_URL = base;
  process.env.LASTGOOD_LOG_LEVEL = "silent";
  process.env.LASTGOOD_OIDC_ISSUER = String(line).trim();
  process.env.LASTGOOD_OIDC_CLIENT_ID = "lastgood";
  process.env.LASTGOOD_OIDC_CLIENT_SECRET = "a secret for tests";
  stop = async () => {
    provider.kill();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    fs.rmSync(data, { recursive: true });
  };
});
afterAll(() => stop());

/** What Next's router does before next-auth is called, as its older interface wants it. */
async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", base);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const cookies = (request.headers.cookie ?? "").split("; ").map((part) => {
    const [name = "", value = ""] = part.split(/=(.*)/s);
    return [name, decodeURIComponent(value)];
  });
  const asked = Object.assign(request, {
    query: { ...Object.fromEntries(url.searchParams), nextauth: url.pathname.split("/").slice(3) },
    cookies: Object.fromEntries(cookies) as Record<string, string>,
    body: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())),
  });
  const answering = Object.assign(response, {
    status: (code: number) => Object.assign(response, { statusCode: code }),
    json: (body: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(body)),
    send: (body: unknown) => response.end(typeof body === "string" ? body : JSON.stringify(body)),
  });
  const options = authOptions(request.headers, { signIn, signInWithIdentity, signOut });
  const handle = NextAuth(options) as (asked: object, answering: object) => Promise<void>;
  await handle(asked, answering);
}

/** A browser as far as this needs one: cookies by host and port, redirects, forms. */
class Browser {
  readonly #jars = new Map<string, Map<string, string>>();

  async go(address: string, form?: Record<string, string>): Promise<{ url: string; text: string }> {
    let url = new URL(address, base);
    let body = form;
    for (let hop = 0; hop < 12; hop++) {
      const response = await fetch(url, {
        method: body ? "POST" : "GET",
        redirect: "manual",
        headers: { cookie: this.cookies(url.origin) },
        ...(body ? { body: new URLSearchParams(body) } : {}),
      });
      const jar = this.#jars.get(url.origin) ?? new Map<string, string>();
      this.#jars.set(url.origin, jar);
      for (const line of response.headers.getSetCookie()) {
        const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
        if (value === "") jar.delete(name);
        else jar.set(name, value);
      }
      const location = response.headers.get("location");
      if (location === null) return { url: url.href, text: await response.text() };
      url = new URL(location, url);
      body = undefined;
      if (url.origin === base && !url.pathname.startsWith("/api/auth")) return { url: url.href, text: "" };
    }
    throw new Error("Too many redirects.");
  }

  cookies(origin: string): string {
    return [...(this.#jars.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async actor() {
    return readActor({ cookie: this.cookies(base) });
  }

  async signInAs(login: string, query = ""): Promise<string> {
    const { csrfToken } = JSON.parse((await this.go("/api/auth/csrf")).text) as { csrfToken: string };
    const started = await this.go(`/api/auth/signin/oidc${query}`, {
      csrfToken,
      callbackUrl: `${base}/home`,
    });
    let page = started;
    for (let step = 0; step < 3 && page.url.includes("/interaction/"); step++) {
      const prompt = page.text.includes('name="login"')
        ? { prompt: "login", login, password: "x" }
        : { prompt: "consent" };
      page = await this.go(page.url, prompt);
    }
    return page.url;
  }
}

describe("single sign-on against a real provider", () => {
  it("makes a new account without a role", async () => {
    const browser = new Browser();
    expect(await browser.signInAs("ada")).toBe(`${base}/home`);
    expect(await browser.actor()).toMatchObject({ email: "ada@example.org", name: "Person ada" });
    const user = await client.user.findUniqueOrThrow({
      where: { email: "ada@example.org" },
      include: { grants: true },
    });
    expect(user.grants).toEqual([]);
    expect(user.passwordHash).toBeNull();
  });

  it("knows the person again, and links an account with the same verified address", async () => {
    const local = await addUser(cli, {
      email: "grace@example.org",
      name: "Grace",
      role: "operator",
      password,
    });
    const browser = new Browser();
    await browser.signInAs("grace");
    expect(await browser.actor()).toMatchObject({ id: local.id, name: "Grace" });
    await changeUser(cli, { user: local.id, email: "grace.hopper@example.org" });
    const later = new Browser();
    await later.signInAs("grace");
    expect(await later.actor()).toMatchObject({ id: local.id, email: "grace.hopper@example.org" });
  });

  it("opens nothing for an address that the provider does not vouch for, or for a disabled account", async () => {
    await addUser(cli, { email: "eve-unverified@example.org", name: "Eve", role: "admin", password });
    const eve = new Browser();
    expect(await eve.signInAs("eve-unverified")).toBe(`${base}/sign-in?error=IDENTITY_REFUSED`);
    expect(await eve.actor()).toBeNull();
    await new Browser().signInAs("leaver");
    await changeUser(cli, { user: "leaver@example.org", disabled: true });
    expect(await new Browser().signInAs("leaver")).toBe(`${base}/sign-in?error=IDENTITY_REFUSED`);
    const refused = await client.event.count({ where: { type: "user.sign_in_failed" } });
    expect(refused).toBe(2);
  });

  it("counts as confirmed only when the provider says that it just asked", async () => {
    const quiet = new Browser();
    await quiet.signInAs("joan");
    const actor = await quiet.actor();
    expect(actor && isRecentlyReauthenticated(actor, new Date())).toBe(false);
    await quiet.signInAs("joan", "?prompt=login&max_age=0");
    const confirmed = await quiet.actor();
    expect(confirmed && isRecentlyReauthenticated(confirmed, new Date())).toBe(true);
  });

  it("refuses an answer that belongs to another browser's request", async () => {
    const victim = new Browser();
    await victim.go("/api/auth/csrf");
    const forged = await victim.go("/api/auth/callback/oidc?code=stolen&state=guessed");
    expect(forged.url).toContain("/sign-in?");
    expect(await victim.actor()).toBeNull();
  });
});

describe("the cookie", () => {
  it("holds a session that ends with signing out, wherever a copy of it is kept", async () => {
    const browser = new Browser();
    await browser.signInAs("ada");
    const copy = browser.cookies(base);
    const { csrfToken } = JSON.parse((await browser.go("/api/auth/csrf")).text) as { csrfToken: string };
    await browser.go("/api/auth/signout", { csrfToken });
    expect(await readActor({ cookie: copy })).toBeNull();
    const session = await fetch(`${base}/api/auth/session`, { headers: { cookie: copy } });
    expect(await session.json()).not.toHaveProperty("user");
  });

  it("is made by a password too, and a wrong one is told as a code", async () => {
    await addUser(cli, { email: "local@example.org", name: "Local", role: "viewer", password });
    const browser = new Browser();
    const { csrfToken } = JSON.parse((await browser.go("/api/auth/csrf")).text) as { csrfToken: string };
    const form = { csrfToken, email: "local@example.org", callbackUrl: `${base}/home` };
    const wrong = await browser.go("/api/auth/callback/credentials", { ...form, password: "not it" });
    expect(wrong.url).toBe(`${base}/sign-in?error=UNAUTHENTICATED`);
    const right = await browser.go("/api/auth/callback/credentials", { ...form, password });
    expect(right.url).toBe(`${base}/home`);
    expect(await browser.actor()).toMatchObject({ email: "local@example.org" });
  });

  it("leads nowhere outside this installation", async () => {
    const browser = new Browser();
    const { csrfToken } = JSON.parse((await browser.go("/api/auth/csrf")).text) as { csrfToken: string };
    const form = { csrfToken, email: "local@example.org", password, callbackUrl: "https://evil.example/" };
    const { url } = await browser.go("/api/auth/callback/credentials", form);
    expect(new URL(url).origin).toBe(base);
  });
});
