import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { config } from "#lib/platform/config.ts";
import { headerOf, type HeaderSource } from "#lib/web/session-headers.ts";

declare global {
  // Next bundles its own copy of this module: the seal that the server writes is the one that a route reads.
  var lastgoodAddressSeal: string | undefined;
}

const header = "x-lastgood-address";
const seal = (): string => (globalThis.lastgoodAddressSeal ??= randomBytes(16).toString("hex"));

/**
 * Notes on a request where it came from, under a seal that no client can write. The HTTP server calls this first.
 * X-Forwarded-For counts only as far as LASTGOOD_TRUSTED_PROXIES says that proxies of one's own wrote it.
 */
export function stampClientAddress(request: IncomingMessage): void {
  request.headers[header] = `${seal()} ${addressOf(request)}`;
}

/** Where the request came from, or null when the server did not note it. */
export function clientAddress(headers: HeaderSource): string | null {
  const [mark, address] = (headerOf(headers, header) ?? "").split(" ");
  return mark === seal() && address ? address : null;
}

function addressOf(request: IncomingMessage): string {
  const peer = request.socket.remoteAddress ?? "unknown";
  const proxies = config().trustedProxies;
  if (proxies === 0) return peer;
  // Counted from the end before anything is left out: what a client wrote must not move into a proxy's place.
  const forwarded = (headerOf(request.headers, "x-forwarded-for") ?? "").split(",");
  return addressIn(forwarded.at(-proxies) ?? forwarded[0] ?? "") ?? peer;
}

/** The IP address, which some proxies write with a port; null for anything else. */
function addressIn(text: string): string | null {
  const [, bracketed, v4] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(text.trim()) ?? [];
  const address = bracketed ?? v4 ?? text.trim();
  return isIP(address) === 0 ? null : address;
}
