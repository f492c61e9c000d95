import { describe, expect, it } from "vitest";
import { podProxyPath } from "#lib/adapters/kubernetes/pod-http.ts";
import { Settings } from "#lib/adapters/kubernetes/schema.ts";

const settings = (podHttp: object) =>
  Settings.safeParse({ namespace: "shop", deployment: "shop", podHttp }).success;
const asked = (scheme: "http" | "https") =>
  podProxyPath("shop", "shop-1", { scheme, port: 8080, versionField: "version" }, "/version");

describe("How a pod is asked", () => {
  it("goes through the API server, by the pod's name and port", () => {
    expect(asked("http")).toBe("/api/v1/namespaces/shop/pods/shop-1:8080/proxy/version");
    expect(asked("https")).toBe("/api/v1/namespaces/shop/pods/https:shop-1:8080/proxy/version");
  });

  it.each(["/", "/version", "/api/v1/health/", "/.well-known/health"])("takes the path %s", (healthPath) => {
    expect(settings({ port: 8080, healthPath })).toBe(true);
  });

  it.each([
    "",
    "version",
    "//version",
    "/../secrets",
    "/a/..",
    "/./a",
    "/a?b",
    "/a#b",
    "/a b",
    "/%2e%2e/a",
    "/a\\b",
  ])("refuses the path %j, which could leave the pod or hide what is asked", (versionPath) => {
    expect(settings({ port: 8080, versionPath })).toBe(false);
  });

  it("needs a path to ask for, and a port that exists", () => {
    expect(settings({ port: 8080 })).toBe(false);
    expect(settings({ port: 0, healthPath: "/health" })).toBe(false);
    expect(settings({ port: 65_536, healthPath: "/health" })).toBe(false);
  });
});
