import { Refusal } from "#lib/domain/errors.ts";
import { config } from "#lib/platform/config.ts";
import { headerOf, type HeaderSource } from "#lib/web/session-headers.ts";

/**
 * Throws CROSS_ORIGIN unless the request comes from this installation's own pages. What changes something, and every
 * WebSocket, must name its origin exactly; a read only must not name another one.
 */
export function assertSameOrigin(request: { method: string; headers: HeaderSource }): void {
  const { headers } = request;
  const origin = headerOf(headers, "origin");
  const site = headerOf(headers, "sec-fetch-site");
  if (isRead(request)) {
    const isNavigation = headerOf(headers, "sec-fetch-mode") === "navigate";
    if (origin !== null && !isOwnOrigin(origin, headers)) throw crossOrigin();
    if (!isNavigation && (site === "cross-site" || site === "same-site")) throw crossOrigin();
    return;
  }
  if (origin === null || !isOwnOrigin(origin, headers)) throw crossOrigin();
  if (site !== null && site !== "same-origin") throw crossOrigin();
}

function isRead({ method, headers }: { method: string; headers: HeaderSource }): boolean {
  if (headerOf(headers, "upgrade")?.toLowerCase() === "websocket") return false;
  return method === "GET" || method === "HEAD";
}

function isOwnOrigin(origin: string, headers: HeaderSource): boolean {
  if (origin === config().url) return true;
  const own = URL.parse(`http://${headerOf(headers, "host") ?? ""}`);
  return own !== null && isLoopback(own.hostname) && origin === own.origin;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" || hostname === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}

function crossOrigin(): Refusal {
  return new Refusal("CROSS_ORIGIN", "This request came from another site, so nothing was done.");
}
