import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "#lib/domain/errors.ts";
import { assertSameOrigin } from "#lib/web/origin.ts";

/** Sign-in has checks of its own. */
const ownPaths = "/api/auth/";

/**
 * Looks at what is sent to a page, which is a server action or nothing: it comes from a page of ours, or it is refused
 * before Next reads any of it. Null lets the request pass.
 */
export function refusePagePost(request: IncomingMessage): Refusal | null {
  const { method = "GET", url = "/", headers } = request;
  if (method === "GET" || method === "HEAD" || url.startsWith(ownPaths)) return null;
  if (method !== "POST") return new Refusal("METHOD_NOT_ALLOWED", "A page takes GET and POST.");
  try {
    assertSameOrigin({ method, headers });
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/**
 * Our actions give refusals as values and never throw (lib/web/action.ts). Where Next answers 500 to one, it could not
 * read what was sent, and that is said.
 */
export function blameTheCaller({ method, url = "/" }: IncomingMessage, response: ServerResponse): void {
  if (method !== "POST" || url.startsWith(ownPaths)) return;
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) =>
    writeHead(status === 500 ? 400 : status, ...rest);
}
