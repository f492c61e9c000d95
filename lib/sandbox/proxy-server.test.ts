import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { configurationReader, seedConfiguration } from "./environment-file.ts";
import { checkoutStaging } from "./fleet.ts";
import type { Colour } from "./fleet.ts";
import { callJson, field } from "./json-http.ts";
import { listenOn } from "./listen.ts";
import { createProxyServer } from "./proxy-server.ts";
import { createShopServer } from "./shop-server.ts";
import { memoryTenantStore } from "./tenant-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const opened: Server[] = [];
const listen = (server: Server): Promise<number> => {
  opened.push(server);
  return listenOn(server, 0);
};

afterEach(async () => {
  await Promise.all(
    opened.splice(0).map(async (server) => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    }),
  );
});

const startPlacement = async (upstreams: Partial<Record<Colour, number>> = {}): Promise<string> => {
  const dataDir = temporaryFolder();
  seedConfiguration(dataDir, checkoutStaging);
  const version = (colour: Colour): Promise<number> =>
    listen(
      createShopServer({
        service: "shop-checkout",
        release: checkoutStaging.releases[colour],
        colour,
        configuration: configurationReader(join(dataDir, checkoutStaging.configurationFile)),
        store: memoryTenantStore(),
        onMemoryExhausted: () => undefined,
      }),
    );
  const port = await listen(
    createProxyServer({
      placement: checkoutStaging,
      dataDir,
      stateFile: join(dataDir, "state.json"),
      createdAt: "2026-01-01T00:00:00.000Z",
      upstreams: { blue: await version("blue"), green: await version("green"), ...upstreams },
      healthEveryMs: 100,
    }),
  );
  return `http://127.0.0.1:${port}`;
};

const post = (url: string, body?: unknown, headers: Record<string, string> = {}) =>
  callJson("POST", url, { ...(body !== undefined && { body }), headers });
const current = async (url: string): Promise<unknown> =>
  field((await callJson("GET", `${url}/deployment/status`)).body, "currentEnvironment");

it("everything but the control endpoints is answered by the active version", async () => {
  const url = await startPlacement();
  expect((await callJson("GET", `${url}/version`)).body).toMatchObject({
    version: "2.4.0",
    environment: "green",
  });
  const asked = await post(`${url}/api/ai/query`, { content: "test message", tenantId: "demo-tenant" });
  expect(asked).toMatchObject({ status: 200, body: { version: "2.4.0", tenantId: "demo-tenant" } });
  expect((await callJson("GET", `${url}/metrics.json`)).body).toMatchObject({
    windows: { "30": { requests: 1 } },
  });
});

it("a blind rollback flips, as the document says", async () => {
  const url = await startPlacement();
  expect(await post(`${url}/deployment/rollback`)).toMatchObject({
    status: 200,
    body: { currentEnvironment: "blue" },
  });
  expect(await post(`${url}/deployment/rollback`)).toMatchObject({
    status: 200,
    body: { currentEnvironment: "green" },
  });
});

it("an absolute rollback asked for many times at once happens once", async () => {
  const url = await startPlacement();
  const wish = { from: "green", to: "blue", version: "2.3.0" };
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => post(`${url}/deployment/rollback`, wish)),
  );
  expect(replies.every(({ status }) => status === 200)).toBe(true);
  expect(replies.filter(({ body }) => field(body, "changed") === true)).toHaveLength(1);
  expect(await current(url)).toBe("blue");
});

it("the same Idempotency-Key acts once, even for a blind rollback", async () => {
  const url = await startPlacement();
  const once = await post(`${url}/deployment/rollback`, undefined, { "idempotency-key": "a" });
  const again = await post(`${url}/deployment/rollback`, undefined, { "idempotency-key": "a" });
  expect(again).toEqual(once);
  expect(await current(url)).toBe("blue");
});

it("a colour that does not answer gets no traffic", async () => {
  const closed = createServer();
  const port = await listenOn(closed, 0);
  closed.close();
  await once(closed, "close");
  const url = await startPlacement({ blue: port });
  expect(await post(`${url}/deployment/rollback`, { to: "blue" })).toMatchObject({ status: 503 });
  expect(await current(url)).toBe("green");
});

it("a deployment brings its own configuration", async () => {
  const url = await startPlacement();
  expect(await post(`${url}/deployment/deploy`, { version: "2.3.0" })).toMatchObject({
    status: 200,
    body: { changed: true, currentEnvironment: "blue" },
  });
  expect(await post(`${url}/deployment/deploy`, { version: "2.4.0" })).toMatchObject({
    body: { changed: true },
  });
  expect(await post(`${url}/deployment/deploy`, { version: "2.4.0" })).toMatchObject({
    body: { changed: false },
  });
});

it.each([
  ["a version that is not installed", "/deployment/deploy", { version: "9.9.9; rm -rf /" }, {}, 422],
  ["no version", "/deployment/deploy", {}, {}, 422],
  ["an unknown colour", "/deployment/rollback", { to: "purple" }, {}, 422],
  ["a list", "/deployment/rollback", ["blue"], {}, 400],
  ["a page of another origin", "/deployment/rollback", {}, { origin: "http://example.org" }, 403],
  ["a rebound name", "/deployment/rollback", {}, { host: "example.org" }, 403],
  ["too much", "/deployment/rollback", { to: "x".repeat(70_000) }, {}, 413],
])("%s is refused and changes nothing", async (_what, path, body, headers, status) => {
  const url = await startPlacement();
  expect((await post(`${url}${path}`, body, { ...headers })).status).toBe(status);
  expect(await current(url)).toBe("green");
});
