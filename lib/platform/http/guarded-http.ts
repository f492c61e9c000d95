import { buildConnector, Client } from "undici";
import type { Dispatcher } from "undici";
import { Fault } from "#lib/domain/errors.ts";
import type { GuardedHttp, HttpAnswer } from "#lib/domain/guarded-http.ts";
import { allowList } from "#lib/platform/http/allow-list.ts";
import type { AllowList } from "#lib/platform/http/allow-list.ts";
import { httpFault } from "#lib/platform/http/http-fault.ts";
import { resolveAddress } from "#lib/platform/http/resolve-address.ts";
import type { Address, Lookup } from "#lib/platform/http/resolve-address.ts";

type HttpRequest = Parameters<GuardedHttp>[0];
type Headers = Record<string, string>;

const mostRedirects = 3;
const defaultMaxBytes = 1024 * 1024;
const redirects = new Set([301, 302, 303, 307, 308]);
const ownHeaders =
  /^(?:host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/;
/** What may go to another origin than the one that it was meant for. */
const harmlessHeaders = new Set(["accept", "accept-language", "user-agent"]);

/**
 * A client that reaches the addresses of the allow-list (host:port, exactly) and no other; see GuardedHttp. Every
 * request makes its own connection, to the address that was checked. Proxies named in the environment are not used.
 */
export function guardedHttp(allow: readonly string[], options: { lookup?: Lookup } = {}): GuardedHttp {
  const list = allowList(allow);
  return async (request) => {
    const began = performance.now();
    const deadline = AbortSignal.timeout(request.timeoutMs);
    const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
    let url = parseUrl(request.url);
    let headers = ownedHeaders(request.headers ?? {});
    for (let hop = 0; ; hop++) {
      const answer = await send({ ...request, headers, signal }, url, deadline, list, options.lookup);
      const next = redirectOf(request.method, url, answer);
      if (next === null) return { ...answer, milliseconds: Math.round(performance.now() - began) };
      if (hop === mostRedirects)
        throw new Fault(
          "permanent",
          "TOO_MANY_REDIRECTS",
          `${placeOf(parseUrl(request.url))} redirects more than ${mostRedirects} times.`,
          "Register the address that the redirects lead to.",
        );
      if (next.origin !== url.origin) headers = harmless(headers);
      url = next;
    }
  };
}

async function send(
  request: HttpRequest & { headers: Headers; signal: AbortSignal },
  url: URL,
  deadline: AbortSignal,
  list: AllowList,
  lookup: Lookup | undefined,
): Promise<HttpAnswer> {
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  refuseUnlisted(url, port, list);
  let wasConnected = false;
  let client: Client | undefined;
  try {
    const addresses = await unlessAborted(resolveAddress(url.hostname, port, list, lookup), request.signal);
    const connect = connectorTo(addresses, request.timeoutMs);
    client = new Client(url.origin, {
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (target, callback) =>
        connect(target, (...outcome) => {
          wasConnected ||= outcome[0] === null;
          callback(...outcome);
        }),
    });
    const answer = await client.request({
      method: request.method,
      path: url.pathname + url.search,
      headers: { "accept-encoding": "identity", "user-agent": "lastgood", ...request.headers },
      body: request.body ?? null,
      signal: request.signal,
    });
    return await readAnswer(answer, request.maxBytes ?? defaultMaxBytes);
  } catch (error) {
    throw httpFault({
      error,
      where: placeOf(url),
      method: request.method,
      wasConnected,
      reason: deadline.aborted ? "timeout" : request.signal.aborted ? "cancelled" : "error",
      timeoutMs: request.timeoutMs,
    });
  } finally {
    await client?.destroy();
  }
}

/** Connects to the given addresses whatever the name resolves to by then. */
function connectorTo(addresses: readonly Address[], timeoutMs: number): buildConnector.connector {
  return buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    autoSelectFamily: true,
    lookup: (_name, options, callback) => {
      const first = addresses[0];
      if (first === undefined) callback(new Error("no address"), "", 0);
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    },
  });
}

async function readAnswer(answer: Dispatcher.ResponseData, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(
      // What was announced at the end of the body; a header of that name stands.
      Object.entries({ ...trailersOf(answer), ...answer.headers }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
      ),
    ),
    body: Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8"),
    truncated: length > maxBytes,
    milliseconds: 0,
  };
}

function trailersOf({ trailers }: Dispatcher.ResponseData): Record<string, string> {
  return Object.fromEntries(Object.entries(trailers).map(([name, value]) => [name.toLowerCase(), value]));
}

function redirectOf(method: string, from: URL, answer: HttpAnswer): URL | null {
  const location = answer.headers["location"];
  if (location === undefined || !redirects.has(answer.status)) return null;
  if (method !== "GET" && method !== "HEAD") return null;
  const target = URL.parse(location, from);
  if (target === null) throw invalid(`${placeOf(from)} redirects to something that is not an address.`);
  return parseUrl(target.href);
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw invalid("The address is not a URL.");
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw invalid(`Only http and https are called, not ${url.protocol.slice(0, -1)}.`);
  if (url.username !== "" || url.password !== "")
    throw invalid("The address holds a user name or a password; these belong in a secret.");
  return url;
}

function refuseUnlisted(url: URL, port: number, list: AllowList): void {
  if (list.has(url.hostname, port)) return;
  throw new Fault(
    "permanent",
    "ADDRESS_REFUSED",
    `${url.hostname}:${port} is not on the allow-list of this environment.`,
    `If that is meant, an admin adds ${url.hostname}:${port} to it.`,
  );
}

function ownedHeaders(headers: Headers): Headers {
  const owned: Headers = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (ownHeaders.test(lower)) throw invalid(`The header ${lower} cannot be set.`);
    owned[lower] = value;
  }
  return owned;
}

function harmless(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmlessHeaders.has(name)));
}

function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function invalid(message: string): Fault {
  return new Fault("permanent", "INVALID_REQUEST", message, "Correct the settings of the target.");
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(new Error("aborted"));
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
