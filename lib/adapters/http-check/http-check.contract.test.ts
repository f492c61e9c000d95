import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import { httpCheck } from "#lib/adapters/http-check/index.ts";

let server: Server;
let address: string;
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
let requests: { method: string | undefined; headers: IncomingMessage["headers"]; body: string }[];
beforeEach(async () => {
  requests = [];
  answer = (_request, response) => response.end('{"version":"2.3.0","checks":[{"state":"up"}]}');
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      requests.push({ method: request.method, headers: request.headers, body });
      answer(request, response, body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const check = (
  settings: Record<string, unknown> = {},
  secrets: Record<string, string> = {},
): Promise<StepResult> =>
  runStep({
    adapter: "http-check",
    operation: "verify",
    settings: { url: `http://${address}/check`, ...settings },
    secrets,
    allow: [address],
    desired: { version: "2.3.0" },
  });

it("is good when status, text, JSON and time are as expected, as often as asked", async () => {
  const result = await check({
    status: [200],
    bodyContains: '"state":"up"',
    json: [
      { path: "version", equalsVersion: true },
      { path: "checks[0]", equals: { state: "up" } },
    ],
    maxMilliseconds: 2000,
    count: 3,
  });
  expect(result).toMatchObject({ fault: null, evidence: [{ ok: true }] });
  expect(requests).toHaveLength(3);
});

it.each([
  ["the status", { status: [204] }, "the status is 200"],
  ["the text", { bodyContains: "healthy" }, "does not hold the expected text"],
  [
    "a JSON value",
    { json: [{ path: "checks[0].state", equals: "down" }] },
    "checks[0].state is not as expected",
  ],
  ["a JSON path", { json: [{ path: "checks[1].state", equals: "up" }] }, "nothing at checks[1].state"],
  ["the prototype of an object", { json: [{ path: "constructor.name", equals: "Object" }] }, "nothing at"],
])("is not good yet when %s differs", async (_what, settings, words) => {
  const { fault } = await check(settings);
  expect(fault).toMatchObject({ kind: "transient", code: "CHECK_FAILED" });
  expect(fault?.message).toContain(words);
});

it("is not good yet when it is slow, no JSON, another version, silent, or fails once in a row", async () => {
  answer = (_request, response) => setTimeout(() => response.end("{}"), 120);
  expect((await check({ maxMilliseconds: 50 })).fault?.message).toContain("the limit is 50 ms");
  answer = (_request, response) => response.end("<html>");
  expect((await check({ json: [{ path: "a" }] })).fault?.message).toContain("not JSON");
  answer = (_request, response) => response.end('{"version":"2.4.0"}');
  expect((await check({ json: [{ path: "version", equalsVersion: true }] })).fault?.message).toContain(
    "2.3.0",
  );
  answer = () => undefined;
  for (const method of ["GET", "POST"])
    expect((await check({ method, timeoutMs: 100 })).fault).toMatchObject({
      kind: "transient",
      code: "TIMEOUT",
    });
  answer = (_request, response) => {
    response.statusCode = requests.length % 3 === 0 ? 500 : 200;
    response.end();
  };
  expect((await check({ count: 3 })).fault).toMatchObject({ kind: "transient" });
});

it("sends method, headers, body and token", async () => {
  await check(
    { method: "POST", body: { a: 1 }, headers: { "x-tenant": "demo" } },
    { token: "a-bearer-token" },
  );
  expect(requests[0]).toMatchObject({
    method: "POST",
    body: '{"a":1}',
    headers: {
      "x-tenant": "demo",
      authorization: "Bearer a-bearer-token",
      "content-type": "application/json",
    },
  });
  await check({ method: "POST", body: "plain text" });
  expect(requests[1]?.body).toBe("plain text");
});

it("repeats no token that the target repeats", async () => {
  answer = (request, response) => {
    response.statusCode = 500;
    response.end(`you sent ${String(request.headers.authorization)}`);
  };
  const result = await check({}, { token: "a-bearer-token" });
  expect(result.fault?.message).toContain("you sent Bearer [redacted]");
});

it("asks no address that is not allowed", async () => {
  expect((await check({ url: "http://127.0.0.1:1/" })).fault).toMatchObject({ code: "ADDRESS_REFUSED" });
});

const planned = async (settings: Record<string, unknown>, verification?: string[]) => {
  const parsed = httpCheck.settings.parse({ url: "http://example.com", ...settings });
  const { ctx } = adapterContext({ settings: parsed });
  const request = { ...planRequest(), ...(verification && { namedIn: { verification } }) };
  const plans = httpCheck.operations.map(async (operation) =>
    (await operation.plan({ ...ctx, settings: parsed }, request)) === null ? [] : [operation.id],
  );
  return (await Promise.all(plans)).flat();
};

it("is planned once: in its phase, under its name, or under one that the procedure looks for", async () => {
  expect(await planned({ phase: "validation" })).toEqual(["validate"]);
  expect(await planned({})).toEqual(["verify"]);
  expect(await planned({ as: "verify-health" }, ["verify-version", "verify-health", "check"])).toEqual([
    "verify-health",
  ]);
  expect(await planned({ as: "verify-core" }, ["verify-version", "verify-health", "check"])).toEqual([
    "check",
  ]);
  expect(await planned({}, ["run"])).toEqual(["run"]);
  expect(await planned({}, ["verify-pods"])).toEqual(["verify"]);
});
