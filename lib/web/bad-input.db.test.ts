import { createServer, request as httpRequest, type Server } from "node:http";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAnswer, keepAnswer } from "#lib/commands/idempotency.ts";
import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { createLog } from "#lib/platform/log.ts";
import { maxBodyBytes } from "#lib/web/body.ts";
import { basePath, createApi } from "#lib/web/dispatch.ts";
import { answerRefusal, answerWith, refuseRequestLine } from "#lib/web/node-answer.ts";
import { authenticate } from "#lib/web/session.ts";
import { addIncident, addRollback, addService, addSomeone, type Someone } from "#lib/web/world.fixture.ts";
import { routes } from "../../app/api/v1/table.ts";

const { client } = await testDatabase();
const api = createApi({
  routes,
  authenticate,
  findAnswer,
  keepAnswer,
  log: createLog("api"),
  limits: { burst: 1e6, perSecond: 1e6 },
  checksAnswers: true,
});
let admin: Someone;
let incident: string;
let rollback: string;
/** An edit that succeeds would wait for a worker to prepare the plan. */
let ended: string;
let server: Server;
let port: number;

beforeAll(async () => {
  await ensureBuiltInPlaybooks();
  admin = await addSomeone(client, "admin");
  await addService(client, "shop", "shops", "mvp-blue-green");
  incident = await addIncident(client, admin.id, { serviceId: "shop", environment: "staging" });
  rollback = await addRollback(client, admin.id, {
    serviceId: "shop",
    environment: "staging",
    state: "draft",
  });
  ended = await addRollback(client, admin.id, {
    serviceId: "shop",
    environment: "staging",
    state: "succeeded",
  });
  server = createServer((request, response) => {
    const refusal = refuseRequestLine(request);
    void (refusal ? answerRefusal(refusal, request, response) : answerWith(api, request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

type Told = { status: number; code: string; detail: string; errors?: { path: string; message: string }[] };
type Sent = { method?: string; body?: BodyInit; headers?: Record<string, string> };

async function send(path: string, { method = "POST", body, headers = {} }: Sent = {}): Promise<Response> {
  return api(
    new Request(`http://test${basePath}${path}`, {
      method,
      headers: { authorization: `Bearer ${admin.token}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body, duplex: "half" }),
    }),
  );
}

async function problem(response: Response): Promise<Told> {
  expect(response.headers.get("content-type")).toContain("application/problem+json");
  const told = (await response.json()) as Told;
  expect(told.status).toBe(response.status);
  expect(told.detail).not.toMatch(/\bat .+:\d+:\d+|node_modules|\.ts\b/);
  return told;
}
const refused = async (path: string, sent: Sent): Promise<[number, string]> => {
  const { status, code } = await problem(await send(path, sent));
  return [status, code];
};

const declare = { title: "Down", service: "shop", environment: "staging" };

describe("bad input", () => {
  it("that is not JSON is refused before it is read", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/json; charset=utf-16",
      "multipart/form-data",
      "application/jsonx",
    ]) {
      expect(await refused("/incidents", { body: "{}", headers: { "content-type": type } })).toEqual([
        415,
        "UNSUPPORTED_MEDIA",
      ]);
    }
    expect(await refused("/incidents", { body: "{}", headers: { "content-encoding": "gzip" } })).toEqual([
      415,
      "UNSUPPORTED_MEDIA",
    ]);
  });

  it("that cannot be parsed is malformed", async () => {
    const broken = [
      "{",
      "nothing",
      "{'a':1}",
      '{"a":}',
      "\u0000",
      "[1,]",
      '"\\x"',
      "NaN",
      '{"a":1}{"b":2}',
      "﻿{",
    ];
    for (const body of broken)
      expect([body, await refused("/incidents", { body })]).toEqual([body, [400, "MALFORMED"]]);
    expect(await refused("/incidents", { body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) })).toEqual([
      400,
      "MALFORMED",
    ]);
    expect(await refused("/incidents", { body: `${"[".repeat(100_000)}${"]".repeat(100_000)}` })).toEqual([
      400,
      "MALFORMED",
    ]);
    expect(await refused("/incidents", { body: `${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}` })).toEqual([
      400,
      "MALFORMED",
    ]);
  });

  it("that is too large is refused without being parsed, announced or not", async () => {
    const large = JSON.stringify({ ...declare, title: "x".repeat(maxBodyBytes) });
    expect(await refused("/incidents", { body: large })).toEqual([413, "TOO_LARGE"]);
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(16 * 1024).fill(0x20));
      },
    });
    expect(await refused("/incidents", { body: endless })).toEqual([413, "TOO_LARGE"]);
  });

  it("that is too large gets its answer over a real connection, and the connection ends", async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(
        {
          host: "127.0.0.1",
          port,
          method: "POST",
          path: `${basePath}/incidents`,
          headers: { authorization: `Bearer ${admin.token}`, "content-type": "application/json" },
        },
        (response) => {
          clearInterval(timer);
          expect(response.headers.connection).toBe("close");
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      request.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
      });
      const timer = setInterval(() => request.write(Buffer.alloc(64 * 1024, 0x20)), 5);
    });
    expect(status).toBe(413);
  });

  it("names the field, in a sentence, and changes nothing", async () => {
    const before = await client.event.count();
    const told = await problem(
      await send("/incidents", { body: JSON.stringify({ ...declare, severity: "P9", extra: 1 }) }),
    );
    expect(told).toMatchObject({ status: 422, code: "INVALID" });
    expect(told.errors?.map((error) => error.path)).toContain("severity");
    expect(await client.event.count()).toBe(before);
  });

  it("with text that cannot be stored, or keys that would change a prototype, is invalid", async () => {
    for (const title of ["a\u0000b", "\ud800", "\udc00x"]) {
      const told = await problem(await send("/incidents", { body: JSON.stringify({ ...declare, title }) }));
      expect(told).toMatchObject({ code: "INVALID", errors: [{ path: "title" }] });
    }
    const proto = `{"title":"Down","service":"shop","environment":"staging","__proto__":{"severity":"P0"}}`;
    expect(await refused("/incidents", { body: proto })).toEqual([422, "INVALID"]);
    expect(
      await refused("/incidents", {
        body: `{"title":"Down","service":"shop","environment":"staging","constructor":{}}`,
      }),
    ).toEqual([422, "INVALID"]);
    expect(({} as Record<string, unknown>)["severity"]).toBeUndefined();
  });

  it("with a key given twice means the last one, once", async () => {
    const response = await send("/incidents", {
      body: `{"title":"First","title":"Second","service":"shop","environment":"staging"}`,
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ title: "Second" });
  });

  it("in a version name is refused, whatever syntax it carries", async () => {
    const before = await client.event.count();
    const hostile = [
      "$(reboot)",
      "`id`",
      "1; rm -rf /",
      "../../etc/passwd",
      "--force",
      "-1",
      "{{7*7}}",
      "${PATH}",
      "1\n2",
      "1 2",
      "a|b",
      "%s",
      "1..2",
      "",
      "x".repeat(129),
      "ⅷ",
    ];
    for (const to of hostile) {
      const asked = await refused("/rollbacks", {
        body: JSON.stringify({ service: "shop", environment: "production", to, reason: "bad" }),
      });
      expect([to, asked]).toEqual([to, [422, "INVALID"]]);
      const reported = await refused("/services/shop/deployments", {
        body: JSON.stringify({ environment: "staging", version: to }),
      });
      expect([to, reported]).toEqual([to, [422, "INVALID"]]);
    }
    const unknown = await refused("/rollbacks", {
      body: JSON.stringify({ service: "shop", environment: "production", to: "9.9.9", reason: "bad" }),
    });
    expect(unknown).toEqual([422, "NEVER_DEPLOYED"]);
    expect(await client.event.count()).toBe(before);
  });

  it("from another site is refused although the cookie came along", async () => {
    const response = await api(
      new Request(`http://test${basePath}/incidents`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          origin: "https://evil.example",
          cookie: "lastgood-session=forged",
        },
        body: JSON.stringify(declare),
      }),
    );
    expect((await problem(response)).code).toBe("UNAUTHENTICATED");
    for (const header of ["access-control-allow-origin", "access-control-allow-credentials"]) {
      expect(response.headers.get(header)).toBeNull();
    }
  });

  it("in the address is a 404 or 405 with a problem document", async () => {
    expect(await refused("/nothing", { method: "GET" })).toEqual([404, "NOT_FOUND"]);
    const wrong = await send("/services", { method: "DELETE" });
    expect(wrong.headers.get("allow")).toBe("GET, POST, HEAD");
    expect((await problem(wrong)).code).toBe("METHOD_NOT_ALLOWED");
    for (const id of [
      "%00",
      "..%2f..%2fetc",
      "%ff",
      "RB-999999999",
      "RB-99999999999999",
      "x".repeat(5000),
      "'%20OR%201=1--",
    ]) {
      const response = await send(`/rollbacks/${id}`, { method: "GET" });
      expect([id, (await problem(response)).code]).toEqual([id, "NOT_FOUND"]);
    }
  });

  it("in a request line never reaches the API, and is answered", async () => {
    const ask = (line: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = net.connect(port, "127.0.0.1", () =>
          socket.end(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
        );
        let text = "";
        socket.on("data", (chunk) => (text += chunk.toString()));
        socket.on("error", reject);
        socket.on("close", () => {
          resolve(text.split(" ", 2)[1] ?? "");
        });
      });
    expect(await ask("GET /api/v1/%ff")).toBe("400");
    expect(await ask("GET //evil/x")).toBe("400");
    expect(await ask("GET http://evil/x")).toBe("400");
    expect(await ask("TRACE /api/v1/me")).toBe("405");
    expect(await ask("GET /api/v1/nothing")).toBe("404");
  });

  it("in a query is refused with the name of the parameter", async () => {
    for (const [query, path] of [
      ["limit=0", "limit"],
      ["limit=1e9", "limit"],
      ["limit=x", "limit"],
      ["state=gone", "state"],
      ["cursor=%00", "cursor"],
      ["cursor=zzz", "cursor"],
      ["limit=1&limit=2", "limit"],
    ] as const) {
      const told = await problem(await send(`/rollbacks?${query}`, { method: "GET" }));
      expect([query, told.code, told.errors?.[0]?.path]).toEqual([query, "INVALID", path]);
    }
    expect((await send("/rollbacks?limit=&cursor=", { method: "GET" })).status).toBe(200);
  });
});

const hostileValues: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  "",
  "x",
  "\u202e",
  "' OR 1=1 --",
  "$(id)",
  "{{x}}",
  "../..",
  "x".repeat(10_000),
  [],
  [[]],
  {},
  { a: 1 },
  { toString: 1 },
  ["a", null],
  2 ** 53,
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "2026-02-30T00:00:00Z",
  "💥".repeat(300),
  "RB-1",
  "INC-1",
];
const names = [
  "id",
  "title",
  "service",
  "environment",
  "severity",
  "facts",
  "detectedAt",
  "reason",
  "to",
  "scope",
  "procedure",
  "strategy",
  "emergency",
  "planHash",
  "decision",
  "state",
  "text",
  "public",
  "at",
  "corrects",
  "version",
  "deployedAt",
  "knownGood",
  "environments",
  "dependsOn",
  "system",
  "owner",
  "playbook",
  "name",
  "email",
  "role",
  "user",
  "expiresAt",
  "ttl",
  "yaml",
  "signals",
  "alerts",
  "action",
  "evidence",
  "deployment",
  "incident",
  "confirmation",
  "changes",
  "commander",
  "override",
  "session",
  "password",
];
/** A body that fits most endpoints as far as it can, one field at a time replaced with something hostile. */
const fitting: Record<string, unknown> = {
  ...declare,
  reason: "test",
  to: "1.0.0",
  text: "a text that is long enough",
  planHash: "0".repeat(64),
  decision: "approve",
  action: "retry",
  version: "1.0.0",
};

describe("no hostile body makes a 500", () => {
  const takers = routes.filter(
    (route) => route.method !== "GET" && route.id !== "revokeSessions" && route.id !== "changeUser",
  );
  it.each(takers.map((route) => ({ route, name: `${route.method} ${route.path}` })))(
    "$name",
    async ({ route }) => {
      const ids: Record<string, string> = {
        services: "shop",
        incidents: incident,
        rollbacks: route.id === "editRollback" ? ended : rollback,
      };
      const id = ids[route.path.split("/")[1] ?? ""] ?? "none";
      const path = route.path.replace("{id}", id).replace("{key}", "none");
      const bodies = [
        ...hostileValues,
        ...names.flatMap((name) => hostileValues.slice(0, 24).map((value) => ({ [name]: value }))),
      ];
      const shape = route.body && "shape" in route.body ? Object.keys(route.body.shape as object) : [];
      const known = Object.fromEntries(Object.entries(fitting).filter(([name]) => shape.includes(name)));
      bodies.push(...shape.flatMap((name) => hostileValues.map((value) => ({ ...known, [name]: value }))));
      // Each endpoint sees a share of the bodies for other endpoints and all of those for its own fields.
      const chosen = bodies.filter(
        (_, i) =>
          i < hostileValues.length ||
          (i >= bodies.length - shape.length * hostileValues.length && i % 2 === 0) ||
          i % 29 === 0,
      );
      for (const body of chosen) {
        const response = await send(path, { method: route.method, body: JSON.stringify(body) });
        const text = await response.text();
        expect([response.status < 500, JSON.stringify(body).slice(0, 200), text.slice(0, 300)]).toEqual([
          true,
          expect.anything(),
          expect.anything(),
        ]);
        expect(text).not.toMatch(/node_modules|\n\s+at /);
      }
    },
    60_000,
  );

  it("nor a hostile query", async () => {
    for (const route of routes.filter(({ method, query }) => method === "GET" && query)) {
      const path = route.path.replace("{id}", route.path.startsWith("/services") ? "shop" : rollback);
      for (const name of Object.keys(route.query?.shape ?? {})) {
        for (const value of [
          "-1",
          "1e400",
          "\u0000",
          "x".repeat(3000),
          "999999999999999999999",
          "OTk5OTk5OTk5OTk5OTk5",
          "null",
          "[]",
          "0000-01-01T00:00:00Z",
          "'",
          "true",
        ]) {
          const response = await send(
            `${path}?environment=staging&${name}=${encodeURIComponent(value)}`.replace(
              "environment=staging&environment",
              "environment",
            ),
            { method: "GET" },
          );
          const text = await response.text();
          expect([response.status < 500, route.id, name, value.slice(0, 40), text.slice(0, 300)]).toEqual([
            true,
            route.id,
            name,
            value.slice(0, 40),
            expect.anything(),
          ]);
        }
      }
    }
  }, 60_000);
});
