import "#e2e/fixtures/engine/own-data-folder.ts";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import {
  followJourney,
  killAtIntent,
  prepareJourney,
  startJourney,
} from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { startBlueGreen } from "#e2e/fixtures/start-blue-green.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import { prometheusMissing, startPrometheus } from "#e2e/targets/prometheus.ts";
import type { PrometheusServer } from "#e2e/targets/prometheus.ts";
import { prometheusCheck } from "#lib/adapters/prometheus-check/index.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();

describeWith("Prometheus", prometheusMissing, () => {
  let server: PrometheusServer;
  beforeAll(async () => {
    server = await startPrometheus();
  });
  afterAll(() => server.stop());

  const ratios = (values: Record<string, number | string>): void => {
    const lines = Object.entries(values).map(([pod, value]) => `shop_error_ratio{pod="${pod}"} ${value}`);
    server.shop.metrics = () => Promise.resolve(`${lines.join("\n")}\n`);
  };
  const seen = (pod: string, value: string) => server.until(`shop_error_ratio{pod="${pod}"}`, value);
  const check = (
    settings: Record<string, unknown>,
    more: { secrets?: Record<string, string>; allow?: string[]; url?: string } = {},
  ) =>
    runStep({
      adapter: "prometheus-check",
      operation: "verify",
      settings: {
        url: more.url ?? server.url,
        query: "shop_error_ratio",
        ...("baseline" in settings ? {} : { limit: 0.01 }),
        ...settings,
      },
      secrets: more.secrets ?? {},
      allow: more.allow ?? [server.address],
      desired: { version: "2.3.0" },
    });

  contractSuite("prometheus-check", {
    make: (): Promise<ContractCase> =>
      Promise.resolve({
        adapter: "prometheus-check",
        settings: { url: server.url, query: "count(node_cpu_seconds_total)", comparison: ">", limit: 0 },
        secrets: { token: 'T0p/secret+"token" 42' },
        allow: [server.address],
        request: planRequest(),
        fingerprint: () => Promise.resolve(null),
        effects: () => Promise.resolve(0),
        wrongSettings: [
          {},
          { url: server.url, query: "up" },
          { url: server.url, query: "up", limit: 1, baseline: { multiple: 2 } },
          { url: server.url, query: "", limit: 1 },
          { url: "file:///etc/passwd", query: "up", limit: 1 },
          { url: server.url, query: "up", limit: 1, comparison: "=" },
          { url: server.url, query: "up", limit: 1, heldSeconds: -1 },
        ],
        stop: () => Promise.resolve(),
      }),
  });

  describe("as the check sees it", () => {
    it("the worst of several series counts, and those that are bad are named", async () => {
      ratios({ a: 0, b: 0.005, c: 0.002 });
      await seen("c", "0.002");
      const good = await check({});
      expect(good.fault).toBeNull();
      expect(good.evidence[0]?.detail).toMatch(
        /pod="b".* is 0\.005, < 0\.01\. It is the worst of 3 series\./,
      );
      ratios({ a: 0, b: 0.2, c: 0.3 });
      await seen("c", "0.3");
      const { fault } = await check({});
      expect(fault).toMatchObject({ kind: "transient", code: "CHECK_FAILED" });
      expect(fault?.message).toMatch(
        /pod="b".* is 0\.2, and not < 0\.01; .*pod="c".*0\.3.*\(2 of 3 series\)/,
      );
    });

    it("many bad series are named up to five", async () => {
      ratios(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`p${index}`, 0.5])));
      await seen("p19", "0.5");
      const { fault } = await check({});
      expect(fault?.message.match(/is 0\.5/g)).toHaveLength(5);
      expect(fault?.message).toContain("and 15 more. (20 of 20 series)");
    });

    it("no data is unknown, not good: no series, too few of them, no number, a target that is down", async () => {
      const unknown = { kind: "transient", code: "NO_DATA" };
      expect((await check({ query: "nothing_of_the_kind" })).fault).toMatchObject(unknown);
      ratios({ a: 0, b: "NaN" });
      await seen("b", "NaN");
      expect((await check({})).fault).toMatchObject(unknown);
      expect((await check({ query: 'shop_error_ratio{pod="a"}', series: 2 })).fault?.message).toContain(
        "Only 1 of 2 series",
      );
      expect((await check({ query: "0 / vector(0)" })).fault).toMatchObject(unknown);
      server.shop.metrics = () => Promise.resolve(null);
      await server.until("absent(shop_error_ratio)", "1");
      expect((await check({})).fault).toMatchObject(unknown);
    });

    it("what must have held for a while is not good before it has, nor over a gap", async () => {
      ratios({ a: 0.5 });
      await seen("a", "0.5");
      ratios({ a: 0 });
      await seen("a", "0");
      const { fault } = await check({ heldSeconds: 3 });
      expect(fault?.code).toBe("CHECK_FAILED");
      await expect
        .poll(async () => (await check({ heldSeconds: 3 })).fault, { timeout: 20_000, interval: 300 })
        .toBeNull();
      const long = await check({ query: "shop_error_ratio", heldSeconds: 3000 });
      expect(long.fault).toMatchObject({ kind: "transient" });
      const gap = await check({
        query: "vector(1) and on() (vector(time() % 2) < 1)",
        comparison: ">",
        limit: 0,
        heldSeconds: 20,
      });
      expect(gap.fault).toMatchObject({ kind: "transient", code: "NO_DATA" });
    });

    it("compares with a multiple of what the same query said earlier, series by series", async () => {
      // The series is a function of time, so that the past is known: half a day ago it was smaller.
      const query = "vector(time())";
      const ago = 43_200;
      const before = Date.now() / 1000 - ago;
      const ratio = Date.now() / 1000 / before;
      expect((await check({ query, baseline: { secondsAgo: ago, multiple: ratio * 1.1 } })).fault).toBeNull();
      const { fault } = await check({ query, baseline: { secondsAgo: ago, multiple: 1 } });
      expect(fault?.code).toBe("CHECK_FAILED");
      ratios({ a: 0.001 });
      await seen("a", "0.001");
      const unknown = await check({ baseline: { secondsAgo: 86_400, multiple: 2 } });
      expect(unknown.fault).toMatchObject({ kind: "transient", code: "NO_DATA" });
      expect(unknown.fault?.message).toContain("no baseline 86400 s ago");
      const zero = { secondsAgo: ago, multiple: 2 };
      expect((await check({ query: "vector(0)", comparison: "<", baseline: zero })).fault?.code).toBe(
        "CHECK_FAILED",
      );
      expect(
        (await check({ query: "vector(0)", comparison: "<", baseline: { ...zero, atLeast: 0.01 } })).fault,
      ).toBeNull();
    });

    it("takes scalars too, and each comparison", async () => {
      for (const [comparison, limit] of [
        ["<", 3],
        ["<=", 2],
        [">", 1],
        [">=", 2],
        ["==", 2],
        ["!=", 3],
      ])
        expect((await check({ query: "scalar(vector(2))", comparison, limit })).fault).toBeNull();
      expect((await check({ query: "2", comparison: "!=", limit: 2 })).fault?.code).toBe("CHECK_FAILED");
    });

    it("says what is wrong with a query, and what Prometheus is", async () => {
      const refused = { kind: "permanent", code: "QUERY_REFUSED" };
      const { fault } = await check({ query: "sum(" });
      expect(fault).toMatchObject(refused);
      expect(fault?.message).toContain("parse error");
      expect(
        (
          await check({
            query: "up * on(job) group_left() up{instance='x'} or vector(1) + on() node_cpu_seconds_total",
          })
        ).fault,
      ).toMatchObject({ kind: "permanent" });
      expect((await check({ query: '"a text"' })).fault).toMatchObject({
        kind: "permanent",
        code: "NOT_UNDERSTOOD",
      });
      const settings = prometheusCheck.settings.parse({ url: server.url, query: "up", limit: 1 });
      const { ctx } = adapterContext({ settings, allow: [server.address] });
      const inspection = await prometheusCheck.inspect?.({ ...ctx, settings }, "code");
      expect(inspection?.evidence[0]?.detail).toMatch(/^Prometheus 2\.\d+.* answers it with 2 series\.$/);
    });
  });

  describe("what only looks like it", () => {
    const cases: [string, (request: IncomingMessage, response: ServerResponse) => void, string, string][] = [
      ["a login", (_, r) => r.writeHead(401).end("who?"), "permanent", "ACCESS_DENIED"],
      ["a web page", (_, r) => r.end("<html>"), "permanent", "NOT_UNDERSTOOD"],
      [
        "an overloaded server",
        (_, r) => r.writeHead(503).end('{"status":"error","error":"busy"}'),
        "transient",
        "NO_ANSWER",
      ],
      [
        "an answer without end",
        (_, r) => void r.end("[".repeat(9 * 1024 * 1024)),
        "permanent",
        "TOO_MANY_SERIES",
      ],
      [
        "half an answer",
        (_, r) =>
          r.end(
            '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"0"]}]},"warnings":["a store is away"]}',
          ),
        "transient",
        "PARTIAL_DATA",
      ],
      ["one that hangs", () => undefined, "transient", "TIMEOUT"],
    ];
    it.each(cases)("%s", async (_what, answer, kind, code) => {
      const other = createServer(answer);
      other.listen(0, "127.0.0.1");
      await once(other, "listening");
      const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
      const { fault } = await check({ timeoutMs: 2000 }, { url: `http://${address}`, allow: [address] });
      expect(fault).toMatchObject({ kind, code });
      other.closeAllConnections();
      other.close();
    });

    it("sends user and password, or the token, and repeats neither", async () => {
      const sent: (string | undefined)[] = [];
      const other = createServer((request, response) => {
        sent.push(request.headers.authorization);
        response
          .writeHead(400)
          .end(JSON.stringify({ error: `you sent ${String(request.headers.authorization)}` }));
      });
      other.listen(0, "127.0.0.1");
      await once(other, "listening");
      const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
      const where = { url: `http://${address}`, allow: [address] };
      const basic = await check({ user: "shop" }, { ...where, secrets: { password: "a-long-password" } });
      const bearer = await check({}, { ...where, secrets: { token: "a-bearer-token" } });
      expect(sent).toEqual([
        `Basic ${Buffer.from("shop:a-long-password").toString("base64")}`,
        "Bearer a-bearer-token",
      ]);
      for (const { fault } of [basic, bearer]) expect(fault?.message).toContain("[redacted]");
      expect((await check({}, { allow: [] })).fault).toMatchObject({ code: "ADDRESS_REFUSED" });
      other.close();
    });
  });

  describe("through the product", () => {
    const pool = workerPool(
      () => database.url,
      () => database.client,
      2,
    );
    beforeAll(() => pool.atLeast(2));
    afterAll(() => pool.stop());

    it("a rollback is verified by what Prometheus says, with the worker killed as it switches", async () => {
      const blueGreen = await startBlueGreen({ conditional: true });
      server.shop.metrics = async () => {
        const { active } = await blueGreen.counters();
        return `shop_error_ratio{pod="a"} ${active === "green" ? 0.2 : 0.001}\n`;
      };
      await seen("a", "0.2");
      const { client } = database;
      const prepared = await prepareJourney(client, {
        playbook: "mvp-blue-green",
        procedure: "blue-green-switch",
        scope: ["code"],
        place: {
          allow: [blueGreen.address, server.address],
          targets: [
            {
              component: "code",
              adapter: "http-blue-green",
              settings: { url: blueGreen.url, conditional: true },
              secrets: {},
            },
            {
              component: "code",
              adapter: "prometheus-check",
              settings: {
                title: "Less than 1 % of requests fail",
                as: "verify-error-rate",
                url: server.url,
                query: "shop_error_ratio",
                limit: 0.01,
                heldSeconds: 2,
              },
              secrets: {},
            },
            {
              component: "code",
              adapter: "tcp-check",
              settings: { host: "127.0.0.1", port: blueGreen.port },
              secrets: {},
            },
          ],
        },
        good: { version: "2.3.0", hoursAgo: 24 },
        bad: { version: "2.4.0", hoursAgo: 1 },
      });
      await startJourney(client, prepared);
      await killAtIntent(client, pool, prepared.id, ["switch"]);
      const end = await followJourney(client, prepared);
      expect(["monitoring", "succeeded"]).toContain(end.state);
      expect(end.takenOver).toHaveLength(1);
      expect(await blueGreen.counters()).toMatchObject({ active: "blue", flips: 1 });
      const text = JSON.stringify(end.events);
      expect(text).toMatch(/is 0\.001, < 0\.01, all through the last 2 s/);
      expect(text).toContain("took the connection within");
      server.shop.metrics = () => Promise.resolve(null);
      await blueGreen.stop();
    });
  });
});
