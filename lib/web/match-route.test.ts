import { describe, expect, it } from "vitest";
import { z } from "zod";
import { routeMatcher } from "#lib/web/match-route.ts";
import { route, type Method } from "#lib/web/route.ts";

const made = (method: Method, path: string) =>
  route({
    id: `${method} ${path}`,
    method,
    path,
    access: "public",
    summary: "",
    tag: "",
    answer: z.null(),
    handler: () => Promise.resolve(null),
  });
const match = routeMatcher([
  made("GET", "/things/{id}"),
  made("GET", "/things"),
  made("POST", "/things/check"),
  made("GET", "/things/{id}/parts/{key}"),
]);
const found = (method: string, path: string): unknown => {
  const result = match(method, path);
  return result.found === null ? result.allow : [result.found.id, result.params];
};

describe("matching a request to its endpoint", () => {
  it("takes the parameters from the path, decoded", () => {
    expect(found("GET", "/things/a%20b/parts/x%2Fy")).toEqual([
      "GET /things/{id}/parts/{key}",
      { id: "a b", key: "x/y" },
    ]);
  });
  it("prefers the fixed word, and does not fall back from it to a parameter", () => {
    expect(found("POST", "/things/check")).toEqual(["POST /things/check", {}]);
    expect(found("GET", "/things/check")).toEqual(["POST"]);
  });
  it("names the allowed methods of a known path", () => {
    expect(found("DELETE", "/things/1")).toEqual(["GET"]);
  });
  it("finds nothing for what is too long, empty, broken or cannot be stored", () => {
    for (const path of [
      "/things/",
      "/other",
      "/things/%ff",
      "/things/%00",
      `/things/${"x".repeat(301)}`,
      "",
      "things",
    ]) {
      expect([path, found("GET", path)]).toEqual([path, []]);
    }
  });
});
