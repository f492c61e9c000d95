import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { asShownAt } from "#lib/domain/status.ts";
import { statusFeed } from "#lib/domain/status-feed.ts";
import { statusPageScript } from "#lib/domain/status-page-script.ts";
import { statusPage } from "#lib/domain/status-page.ts";
import { config } from "#lib/platform/config.ts";
import { createLog } from "#lib/platform/log.ts";
import { readStatusFile, type PublishedStatus } from "#lib/platform/status-file.ts";
import type { Running } from "#lib/processes/run-process.ts";

const title = "Service status";
const rereadMs = 500;
const drainMs = 1000;

type Answer = { status: number; type: string; body: string };
export type RunningStatus = Running & { port: number };

/**
 * The public status page, from the snapshot that the worker publishes. It needs no database, no worker and no web
 * process: with all of them dead it goes on telling what was last true, and that it is old.
 */
export async function startStatus(): Promise<RunningStatus> {
  const { dataFolder, host, statusPort } = config();
  const log = createLog("status");
  let published: PublishedStatus | null = null;
  let readAt = -Infinity;
  const pages = new Map<string, { second: number; answer: Answer }>();

  async function latest(): Promise<PublishedStatus | null> {
    if (performance.now() - readAt < rereadMs) return published;
    readAt = performance.now();
    try {
      published = await readStatusFile(dataFolder);
    } catch (error) {
      // What was read before still stands, with its own "as of".
      log.warn({ error }, "the snapshot cannot be read");
    }
    return published;
  }

  async function answer(path: string, origin: string): Promise<Answer> {
    const now = new Date();
    const second = Math.floor(now.getTime() / 1000);
    const key = `${path} ${origin}`;
    const known = pages.get(key);
    if (known?.second === second) return known.answer;
    const snapshot = (await latest())?.snapshot ?? null;
    const made = make(path, origin, snapshot, now);
    if (made.status === 200) {
      if (pages.size > 32) pages.clear();
      pages.set(key, { second, answer: made });
    }
    return made;
  }

  const server = http.createServer({ maxHeaderSize: 16_384, requestTimeout: 10_000 }, (request, response) => {
    const { method, url } = request;
    if (method !== "GET" && method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return;
    }
    const path = URL.parse(url ?? "/", "http://status")?.pathname ?? "/";
    answer(path, `http://${host}:${statusPort}`).then(
      ({ status, type, body }) => {
        response.writeHead(status, {
          ...headers,
          "content-type": type,
          "content-length": Buffer.byteLength(body),
        });
        response.end(method === "HEAD" ? undefined : body);
      },
      (error: unknown) => {
        log.error({ error }, "a request failed");
        response.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end("Something broke.\n");
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(statusPort, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, drainMs))]);
      server.closeAllConnections();
    },
  };
}

const scriptHash = createHash("sha256").update(statusPageScript).digest("base64");
const headers = {
  "cache-control": "public, max-age=5, stale-if-error=86400",
  "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

function make(path: string, origin: string, snapshot: PublishedStatus["snapshot"] | null, now: Date): Answer {
  switch (path) {
    case "/":
    case "/status":
      return {
        status: 200,
        type: "text/html; charset=utf-8",
        body: statusPage(snapshot, now, { title, feed: "/feed.atom" }),
      };
    case "/status.json": {
      const shown = snapshot
        ? asShownAt(snapshot, now)
        : { state: "unknown", components: [], incidents: [], asOf: null };
      return { status: 200, type: "application/json; charset=utf-8", body: JSON.stringify(shown) };
    }
    case "/feed.atom":
      return {
        status: 200,
        type: "application/atom+xml; charset=utf-8",
        body: statusFeed(snapshot, `${origin}/`, title),
      };
    case "/healthz":
      return { status: 200, type: "text/plain; charset=utf-8", body: "ok\n" };
    default:
      return { status: 404, type: "text/plain; charset=utf-8", body: "There is nothing here.\n" };
  }
}
