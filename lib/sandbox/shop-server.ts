import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Configuration } from "./environment-file.ts";
import type { Colour, Release } from "./fleet.ts";
import { field, readJson, sendJson } from "./json-http.ts";
import type { TenantStore } from "./tenant-store.ts";
import { TrafficWindow } from "./traffic-window.ts";

/** Memory a version may use before the platform ends it. */
const memoryLimitBytes = 80 * 1_024 * 1_024;
const transcriptBytes = 12 * 1_024;

export type ShopServerOptions = {
  service: string;
  release: Release;
  colour: Colour;
  configuration: () => Configuration;
  store: TenantStore;
  /** Called once when the process has used up its memory. */
  onMemoryExhausted: () => void;
};

/** One version of a shop service: the endpoints that the blue-green document names, and the version's own faults. */
export const createShopServer = (options: ShopServerOptions): Server => {
  const { service, release, colour, configuration, store } = options;
  const window = new TrafficWindow(Date.now());
  const transcripts: Buffer[] = [];
  let isExhausted = false;
  let complainedAt = 0;
  let cpu = { at: performance.now(), usage: process.cpuUsage(), percent: 0 };

  const memoryPercent = (): number => {
    const { heapTotal, external } = process.memoryUsage();
    return Number((((heapTotal + external) / memoryLimitBytes) * 100).toFixed(1));
  };

  const cpuPercent = (): number => {
    const elapsed = performance.now() - cpu.at;
    if (elapsed < 900) return cpu.percent;
    const { user, system } = process.cpuUsage(cpu.usage);
    const percent = Number(((user + system) / 10 / elapsed).toFixed(1));
    cpu = { at: performance.now(), usage: process.cpuUsage(), percent };
    return percent;
  };

  const sendHealth = async (response: ServerResponse): Promise<void> => {
    const { requests, errorRate, averageMs } = window.measure(Date.now(), 30);
    const memory = memoryPercent();
    const isReachable = await store.isReachable();
    const isFailing = requests >= 20 && errorRate !== null && errorRate > 0.05;
    const health = !isReachable ? "unhealthy" : isFailing || memory > 90 ? "degraded" : "healthy";
    sendJson(response, isReachable ? 200 : 503, {
      health,
      service,
      version: release.version,
      environment: colour,
      memoryPercent: memory,
      cpuPercent: cpuPercent(),
      errorRate,
      averageMs,
      database: isReachable ? "connected" : "unreachable",
      configuration: configuration().revision,
      uptimeSeconds: Math.floor(process.uptime()),
    });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readJson(request);
    const content = field(body, "content");
    if (typeof content !== "string" || content === "") {
      sendJson(response, 400, { error: "The field content must be a text." });
      return;
    }
    const tenantId = field(body, "tenantId") ?? "demo-tenant";
    const tenant = typeof tenantId === "string" ? await store.find(tenantId) : null;
    if (!tenant) {
      sendJson(response, 404, { error: "There is no such tenant." });
      return;
    }
    const { values } = configuration();
    if (values.get("ANSWER_CACHE") !== "on") await wait(60 + Math.random() * 80);
    if (release.keepsTranscripts && values.get("TRANSCRIPTS") === "on") {
      transcripts.push(Buffer.alloc(transcriptBytes, content.slice(0, 1_024)));
    }
    if (release.readsSegment && tenant.segment === null) {
      throw new TypeError(`Cannot read the segment of ${tenant.id}: it is null.`);
    }
    sendJson(response, 200, {
      answer: `${tenant.name}: we looked at your question and found ${String((content.length % 7) + 1)} matching offers.`,
      tenantId: tenant.id,
      version: release.version,
      environment: colour,
    });
  };

  const customerRequest = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> => {
    if (request.method === "POST" && path === "/api/ai/query") {
      await answer(request, response);
    } else if (request.method === "GET" && path === "/dist/widget.iife.js") {
      response.writeHead(200, { "content-type": "text/javascript", "cache-control": "no-cache" });
      response.end(`(function(){window.shopWidget={version:${JSON.stringify(release.version)}};})();\n`);
    } else if (request.method === "GET" && path === "/") {
      sendJson(response, 200, { service, version: release.version, environment: colour });
    } else {
      sendJson(response, 404, { error: "There is nothing here." });
    }
  };

  const measured = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> => {
    const began = performance.now();
    try {
      await customerRequest(request, response, path);
    } catch (error) {
      if (error instanceof RangeError) {
        sendJson(response, 413, { error: "The request is too large." });
      } else {
        if (Date.now() - complainedAt > 60_000) {
          complainedAt = Date.now();
          console.error(`${request.method ?? ""} ${path} failed:`, error);
        }
        sendJson(response, 500, { error: "Something broke." });
      }
    }
    window.record(Date.now(), response.statusCode, performance.now() - began);
    if (!isExhausted && memoryPercent() > 98) {
      isExhausted = true;
      options.onMemoryExhausted();
    }
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    switch (path) {
      case "/health":
        return sendHealth(response);
      case "/version": {
        sendJson(response, 200, {
          service,
          version: release.version,
          environment: colour,
          commit: release.commit,
          migrationHead: release.migrationHead,
        });
        return;
      }
      case "/api/health": {
        const isReachable = await store.isReachable();
        sendJson(response, isReachable ? 200 : 503, {
          status: isReachable ? "ok" : "failing",
          database: isReachable ? "connected" : "unreachable",
        });
        return;
      }
      default:
        return measured(request, response, path);
    }
  };

  return createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      console.error("request failed:", error);
      response.destroy();
    });
  });
};
