import { describe, expect, it } from "vitest";
import { Refusal } from "#lib/domain/errors.ts";
import { assertSameOrigin } from "#lib/web/origin.ts";

process.env.LASTGOOD_URL = "https://lastgood.example.org";
const own = "https://lastgood.example.org";

function passes(method: string, headers: Record<string, string>): boolean {
  try {
    assertSameOrigin({ method, headers: new Headers(headers) });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === "CROSS_ORIGIN") return false;
    throw error;
  }
}

describe("a request that changes something", () => {
  it.each([
    ["from this installation's page", { origin: own, "sec-fetch-site": "same-origin" }],
    ["from a browser that sends no fetch metadata", { origin: own }],
    [
      "on loopback, to the address that it came from",
      { origin: "http://localhost:3000", host: "localhost:3000" },
    ],
    ["on loopback in IPv6", { origin: "http://[::1]:3000", host: "[::1]:3000" }],
  ])("passes %s", (_what, headers) => {
    expect(passes("POST", headers as Record<string, string>)).toBe(true);
  });

  it.each([
    ["without an origin", {}],
    ["from a sandboxed frame", { origin: "null" }],
    ["from another site", { origin: "https://evil.example" }],
    ["from a sub-domain", { origin: "https://a.lastgood.example.org" }],
    ["from a longer name", { origin: "https://lastgood.example.org.evil.example" }],
    ["over plain http", { origin: "http://lastgood.example.org" }],
    ["from another port", { origin: "https://lastgood.example.org:8443" }],
    ["from a name that was pointed at this machine", { origin: "http://evil.example", host: "evil.example" }],
    ["from another port on loopback", { origin: "http://localhost:4000", host: "localhost:3000" }],
    ["that the browser calls cross-site", { origin: own, "sec-fetch-site": "cross-site" }],
    ["that the browser calls same-site", { origin: own, "sec-fetch-site": "same-site" }],
  ])("is refused %s", (_what, headers) => {
    expect(passes("POST", headers as Record<string, string>)).toBe(false);
    expect(passes("DELETE", headers as Record<string, string>)).toBe(false);
  });
});

describe("a read", () => {
  it("passes without an origin, and when somebody followed a link", () => {
    expect(passes("GET", {})).toBe(true);
    expect(passes("GET", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).toBe(true);
  });

  it("is refused to another site's script, and a WebSocket must name its origin", () => {
    expect(passes("GET", { origin: "https://evil.example" })).toBe(false);
    expect(passes("GET", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(false);
    expect(passes("GET", { upgrade: "websocket" })).toBe(false);
    expect(passes("GET", { upgrade: "websocket", origin: own })).toBe(true);
  });
});
