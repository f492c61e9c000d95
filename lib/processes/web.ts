import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { api } from "../../app/api/v1/api.ts";
import { repeat } from "#lib/engine/repeat.ts";
import { writeCheckpoint } from "#lib/platform/audit/write-checkpoint.ts";
import { config } from "#lib/platform/config.ts";
import { createLog } from "#lib/platform/log.ts";
import type { Running } from "#lib/processes/run-process.ts";
import { openPages, type Pages } from "#lib/processes/web-pages.ts";
import { basePath } from "#lib/web/dispatch.ts";
import { answerRefusal, answerWith, refuseRequestLine } from "#lib/web/node-answer.ts";
import { stampClientAddress } from "#lib/web/client-address.ts";
import { readiness } from "#lib/web/health.ts";
import { attachLive } from "#lib/web/live.ts";
import { metrics } from "#lib/web/metrics.ts";
import { refusePagePost } from "#lib/web/page-post.ts";
import { refreshMetrics } from "#lib/web/refresh-metrics.ts";

const log = createLog("web");
/** How long requests under way may take to end when the process is told to stop. */
const graceMs = 10_000;

/** The web process: pages, API, live updates, health and metrics, all on one port. */
export async function startWeb(): Promise<Running> {
  const { host, port } = config();
  const isDevelopment = process.env["NODE_ENV"] === "development";
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 30_000, headersTimeout: 10_000 });
  const pages = await openPages(server, isDevelopment);
  server.on("request", (request, response) => {
    stampClientAddress(request);
    const work = answer(request, response, pages);
    work.catch((error: unknown) => {
      log.error({ err: error, url: request.url }, "a request could not be answered");
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
      response.end("Something broke.");
    });
  });
  const live = await attachLive(server, { log, isDevelopment });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  // The worker signs too; but its data folder may be another, or it may be down.
  const signing = repeat(1000, log.child({ job: "sign a checkpoint of the record" }), writeCheckpoint);
  log.info({ host, port }, "listening");
  return {
    close: async () => {
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      await live.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await ended;
      clearTimeout(timer);
      await signing.stop();
      await pages.close();
    },
  };
}

/** Everything but the pages is answered here: the API must not depend on how Next reads a hostile request. */
function answer(request: IncomingMessage, response: ServerResponse, pages: Pages): Promise<void> {
  const refusal = refuseRequestLine(request);
  if (refusal !== null) return answerRefusal(refusal, request, response);
  const isForApi = request.url?.startsWith(`${basePath}/`);
  if (isForApi) return answerWith(api, request, response);
  const machine = machineAnswer(request, response);
  if (machine !== null) return machine;
  const refusedPost = refusePagePost(request);
  if (refusedPost !== null) return answerRefusal(refusedPost, request, response);
  return pages.answer(request, response);
}

/** What machines ask about this process; answered even where Next cannot answer anything. */
function machineAnswer(request: IncomingMessage, response: ServerResponse): Promise<void> | null {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  const path = request.url?.split("?", 1)[0];
  if (path === "/healthz") return send(response, 200, "text/plain; charset=utf-8", "ok\n");
  if (path === "/readyz") return readyz(response);
  if (path === "/metrics") return metricsz(response);
  return null;
}

async function readyz(response: ServerResponse): Promise<void> {
  const state = await readiness(log);
  await send(response, state.ready ? 200 : 503, "application/json", JSON.stringify(state));
}

async function metricsz(response: ServerResponse): Promise<void> {
  await refreshMetrics(log);
  const { registry } = metrics();
  await send(response, 200, registry.contentType, await registry.metrics());
}

function send(response: ServerResponse, status: number, type: string, body: string): Promise<void> {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
  return Promise.resolve();
}
