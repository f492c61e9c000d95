import { expect, it } from "vitest";
import { guardAuthRequest } from "#lib/web/auth-options-guard.ts";

const url = "http://127.0.0.1:3000";
type Sent = { type?: string; cookie?: string; origin?: string };

async function statusOf(method: string, path: string, body?: string, sent: Sent = {}): Promise<number> {
  const headers = new Headers({ host: "127.0.0.1:3000", origin: sent.origin ?? url });
  if (body !== undefined) headers.set("content-type", sent.type ?? "application/x-www-form-urlencoded");
  if (body !== undefined) headers.set("content-length", String(body.length));
  if (sent.cookie !== undefined) headers.set("cookie", sent.cookie);
  const request = new Request(`${url}/api/auth/${path}`, { method, headers, body: body ?? null });
  return (await guardAuthRequest(request))?.status ?? 200;
}

it.each([
  ["GET", "csrf"],
  ["GET", "session"],
  ["GET", "providers"],
  ["GET", "signin?callbackUrl=%2Fincidents"],
  ["GET", "error?error=THROTTLED-899"],
  ["GET", "callback/oidc?code=a&state=b&iss=http%3A%2F%2Fprovider"],
])("%s %s may pass", async (method, path) => {
  expect(await statusOf(method, path)).toBe(200);
});

it("a form may pass, and so may one for single sign-on", async () => {
  const form =
    "csrfToken=a&email=a%40b.org&password=x&json=true&callbackUrl=http%3A%2F%2F127.0.0.1%3A3000%2F";
  expect(await statusOf("POST", "callback/credentials", form)).toBe(200);
  expect(await statusOf("POST", "signin/oidc", "csrfToken=a&callbackUrl=%2Fincidents&json=true")).toBe(200);
  expect(await statusOf("POST", "signout", "csrfToken=a")).toBe(200);
});

it("an address that is none is refused in query, form and cookie", async () => {
  for (const address of ["http://[", "http://a:b", "javascript:alert(1)", "a", "\0"]) {
    const text = encodeURIComponent(address);
    expect(await statusOf("GET", `signin?callbackUrl=${text}`), address).toBe(400);
    expect(await statusOf("GET", `csrf?callbackUrl=%2F&callbackUrl=${text}`), address).toBe(400);
    expect(await statusOf("POST", "callback/credentials", `callbackUrl=${text}`), address).toBe(400);
    const cookie = `next-auth.callback-url=${text}`;
    expect(await statusOf("GET", "session", undefined, { cookie }), address).toBe(400);
  }
});

it("what cannot be a form of the sign-in page is refused", async () => {
  for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x"])
    expect(await statusOf("POST", "callback/credentials", "{bad", { type })).toBe(415);
  expect(await statusOf("POST", "callback/credentials", "a=1", { origin: "null" })).toBe(403);
  expect(await statusOf("POST", "callback/credentials", "a=".padEnd(20_000, "x"))).toBe(413);
});

it("what next-auth would break on, or log for a stranger, is not there", async () => {
  expect(await statusOf("GET", "callback/credentials")).toBe(404);
  expect(await statusOf("POST", "_log", "code=x&message=y")).toBe(404);
  expect(await statusOf("POST", "callback/__proto__", "a=1")).toBe(404);
  expect(await statusOf("POST", "session", "a=1")).toBe(404);
  expect(await statusOf("GET", "error?error=%0d%0aSet-Cookie:a=b")).toBe(400);
});
