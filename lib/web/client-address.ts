import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
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
  const forwarded = headerOf(request.headers, "x-forwarded-for") ?? "";
  const chain = forwarded
    .split(",")
    .map((part) => part.trim())
    .filter((part) => /^[0-9a-fA-F.:]{2,45}$/.test(part));
  return chain.at(-proxies) ?? chain[0] ?? peer;
}
