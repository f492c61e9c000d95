import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { unreachable } from "#lib/adapters/docker-engine-fault.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Where a Docker Engine listens; fields of the settings of adapters that speak to one. */
export const engineFields = {
  host: z
    .string()
    .max(500)
    .regex(
      /^(?:unix:\/\/(?:\/(?!\.{1,2}(?:\/|$))[^\/\x00-\x20\x7f]+)+|tcp:\/\/(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):\d{1,5})$/,
      "Write unix:///path/of/docker.sock or tcp://host:port.",
    )
    .default("unix:///var/run/docker.sock")
    .describe("Where the Docker Engine listens; a tcp host:port must be among the allowed addresses"),
  engineSeconds: z
    .number()
    .min(0.1)
    .max(120)
    .default(10)
    .describe("How long the engine may take to answer a look"),
};

/** Secrets of a target whose engine listens with TLS, as PEM. */
export const engineSecrets = {
  ca: "Certificate authority of an engine that listens with TLS, PEM",
  cert: "Client certificate for that engine, PEM",
  key: "Private key of the client certificate, PEM",
};

type EngineSettings = { host: string; engineSeconds: number };
export type EngineContext = Pick<
  AdapterContext<EngineSettings>,
  "settings" | "secrets" | "addresses" | "signal" | "redact"
>;

type EngineAnswer = {
  status: number;
  body: Buffer;
  /** The body was longer than `maxBytes` and its rest was not read. */
  truncated: boolean;
};

type EngineCall = {
  method?: "GET" | "POST" | "DELETE";
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  /** Default: `engineSeconds`. */
  timeoutMs?: number;
  maxBytes?: number;
};

const mostBytes = 16 * 1024 * 1024;

/** Asks for JSON and parses it. Throws Fault for whatever is not 2xx, too. */
export async function engineJson<T>(ctx: EngineContext, schema: z.ZodType<T>, call: EngineCall): Promise<T> {
  const answer = await engineCall(ctx, call);
  if (answer.status < 200 || answer.status > 299) throw engineRefused(ctx, call, answer);
  const parsed = schema.safeParse(parseJson(answer.body.toString("utf8")));
  if (parsed.success) return parsed.data;
  throw new Fault(
    "permanent",
    answer.truncated ? "TOO_MUCH_OUTPUT" : "NOT_AN_ENGINE",
    answer.truncated
      ? `The engine's answer to ${call.path} is larger than ${mostBytes / 1024 / 1024} MiB.`
      : `What answers at ${ctx.settings.host} does not speak as a Docker Engine does (${call.path}).`,
    "Check the host in the settings.",
  );
}

/**
 * One call of the Engine API, in the engine's own version. Throws Fault: `transient` when nothing was answered (every
 * call of ours may be repeated), `permanent` for an address, a socket or a certificate that will not do.
 */
export async function engineCall(ctx: EngineContext, call: EngineCall): Promise<EngineAnswer> {
  if (ctx.signal.aborted) throw cancelled();
  const { host } = ctx.settings;
  const query = new URLSearchParams(call.query).toString();
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const timeoutMs = call.timeoutMs ?? ctx.settings.engineSeconds * 1000;
  const most = call.maxBytes ?? mostBytes;
  const options: https.RequestOptions = {
    ...(await endpointOf(ctx)),
    method: call.method ?? "GET",
    path: query === "" ? call.path : `${call.path}?${query}`,
    headers: {
      host: "docker",
      ...(body !== undefined && {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      }),
      ...call.headers,
    },
    agent: false,
  };
  const { signal } = ctx;
  return new Promise((resolve, reject) => {
    const request = opened(ctx, options);
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      request.destroy();
    }, timeoutMs);
    const cancel = (): void => void request.destroy();
    signal.addEventListener("abort", cancel, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    };
    const fail = (error: Error): void => {
      settle();
      if (signal.aborted) reject(cancelled());
      else if (isOver) reject(tooSlow(host, call, timeoutMs));
      else reject(unreachable(host, ctx.secrets["cert"], error));
    };
    request.on("error", fail);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (truncated: boolean): void => {
        settle();
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks), truncated });
      };
      response.on("data", (chunk: Buffer) => {
        if (size + chunk.length > most) {
          chunks.push(chunk.subarray(0, most - size));
          size = most;
          finish(true);
          request.destroy();
          return;
        }
        size += chunk.length;
        chunks.push(chunk);
      });
      response.on("end", () => finish(false));
      response.on("error", fail);
      // Cut off before its end.
      response.on("aborted", () => fail(new Error("the answer was cut off")));
    });
    request.end(body);
  });
}

/** What the secrets hold may be no certificate, or no pair. Throws Fault. */
function opened(ctx: EngineContext, options: https.RequestOptions): http.ClientRequest {
  try {
    return (options.ca === undefined && options.cert === undefined ? http : https).request(options);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw unreachable(ctx.settings.host, ctx.secrets["cert"], error);
  }
}

/** An engine is reached at the addresses that were checked, and its certificate must be valid for its own name. */
async function endpointOf(ctx: EngineContext): Promise<https.RequestOptions> {
  const { host } = ctx.settings;
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  const { hostname, port } = new URL(host.replace(/^tcp:/, "http:"));
  const name = hostname.replace(/^\[|\]$/g, "");
  const found = await ctx.addresses(hostname, Number(port || 80));
  const { ca, cert, key } = ctx.secrets;
  return {
    hostname: name,
    port: Number(port || 80),
    lookup: (_name, _options, callback) => callback(null, found),
    // Not by the header Host, which is the same for every engine.
    checkServerIdentity: (_name, certificate) => checkServerIdentity(name, certificate),
    ...(isIP(name) === 0 && { servername: name }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

/** What an answer that is not 2xx means, in the engine's own words. */
export function engineRefused(ctx: EngineContext, call: EngineCall, answer: EngineAnswer): Fault {
  const said = messageOf(ctx, answer);
  const what = `${call.method ?? "GET"} ${call.path} answered ${answer.status}: ${said}`;
  if (answer.status === 401 || answer.status === 403)
    return new Fault("permanent", "NOT_PERMITTED", what, "Give this client the permission at the engine.");
  if (/HTTP request to an HTTPS server/i.test(said))
    return new Fault(
      "permanent",
      "TLS_NEEDED",
      `${ctx.settings.host} wants TLS.`,
      "Give the target the secrets ca, cert and key.",
    );
  const known = registryFault(said);
  if (known !== null) return known;
  const kind = answer.status >= 500 ? "transient" : "permanent";
  return new Fault(kind, "ENGINE_REFUSED", what, "Look at the engine's own log.");
}

/** Faults of disks and registries, recognised by what the engine says; null: none of them. */
export function registryFault(said: string): Fault | null {
  if (/no space left on device|disk quota exceeded/i.test(said))
    return new Fault(
      "permanent",
      "DISK_FULL",
      `The engine's disk is full: ${said}`,
      "Make room on the engine's machine, for instance with docker image prune. Never prune volumes for that.",
    );
  if (
    /manifest unknown|not found: manifest|name unknown|repository does not exist|no such manifest/i.test(said)
  )
    return new Fault(
      "permanent",
      "IMAGE_GONE",
      `The registry does not have it any more: ${said}`,
      "Push the image again from where a copy is left, or choose another version.",
    );
  if (/unauthorized|authentication required|no basic auth credentials|denied/i.test(said))
    return new Fault(
      "permanent",
      "REGISTRY_REFUSED",
      `The registry refuses to give it: ${said}`,
      "Give the target the secrets registryUser and registryPassword, and check that they may read it.",
    );
  if (
    /connection refused|i\/o timeout|no such host|TLS handshake timeout|request canceled|server gave HTTP/i.test(
      said,
    )
  )
    return new Fault(
      "transient",
      "REGISTRY_UNREACHABLE",
      `The engine does not reach the registry: ${said}`,
      "Look whether the registry runs and the engine's machine can reach it.",
    );
  return null;
}

export function messageOf(ctx: Pick<EngineContext, "redact">, { body }: EngineAnswer): string {
  const text = body.toString("utf8");
  const parsed = z.object({ message: z.string() }).safeParse(parseJson(text));
  return excerpt(ctx.redact(parsed.success ? parsed.data.message : text));
}

const cancelled = (): Fault =>
  new Fault(
    "transient",
    "CANCELLED",
    "Stopped before the engine answered.",
    "The same step can be run again.",
  );

const tooSlow = (host: string, call: EngineCall, timeoutMs: number): Fault =>
  new Fault(
    "transient",
    "ENGINE_TIMEOUT",
    `The engine at ${host} gave no answer to ${call.path} within ${timeoutMs / 1000} s.`,
    "Look at the engine's own log; a hung engine is restarted without its containers where live-restore is on.",
  );
