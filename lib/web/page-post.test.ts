import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, it } from "vitest";
import { blameTheCaller, refusePagePost } from "#lib/web/page-post.ts";

const server = http.createServer((request: IncomingMessage, response: ServerResponse) => {
  const refusal = refusePagePost(request);
  blameTheCaller(request, response);
  response.statusCode = refusal === null ? Number(request.headers["x-answer"] ?? 200) : 403;
  response.setHeader("x-code", refusal?.code ?? "");
  response.end("done");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
afterAll(() => server.close());
const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function send(method: string, headers: Record<string, string>, path = "/approvals/RB-1") {
  const answer = await fetch(own + path, { method, headers });
  return `${answer.status} ${answer.headers.get("x-code")}`.trim();
}

it("a post to a page comes from a page of this installation, or is refused", async () => {
  expect(await send("POST", { origin: own })).toBe("200");
  for (const origin of ["https://evil.example", "null", `${own}0`])
    expect(await send("POST", { origin })).toBe("403 CROSS_ORIGIN");
  expect(await send("POST", {})).toBe("403 CROSS_ORIGIN");
  expect(await send("DELETE", { origin: own })).toBe("403 METHOD_NOT_ALLOWED");
  expect(await send("GET", { origin: "https://evil.example" })).toBe("200");
});

it("a post that Next could not read is the caller's fault, and nothing else is", async () => {
  expect(await send("POST", { origin: own, "x-answer": "500" })).toBe("400");
  expect(await send("POST", { origin: own, "x-answer": "303" })).toBe("303");
  expect(await send("GET", { "x-answer": "500" })).toBe("500");
  expect(await send("POST", { origin: own, "x-answer": "500" }, "/api/auth/signout")).toBe("500");
});
