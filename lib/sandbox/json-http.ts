import { Agent, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";

export type JsonAnswer = { status: number; body: unknown };

const bodyLimit = 64 * 1_024;
const agent = new Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 8 });

const collect = async (stream: IncomingMessage, limit: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > limit) throw new RangeError(`More than ${limit} bytes.`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** The request's JSON body; null when it is empty, undefined when it is not JSON. Rejects above 64 KiB. */
export const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const text = await collect(request, bodyLimit);
  return text === "" ? null : parse(text);
};

export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
};

/** Calls `url`; rejects when it cannot be reached within `timeoutMs`. A body that is not JSON reads as undefined. */
export const callJson = (
  method: "GET" | "POST",
  url: string,
  options: { body?: unknown; headers?: Record<string, string>; timeoutMs?: number } = {},
): Promise<JsonAnswer> =>
  new Promise((resolve, reject) => {
    const secure = url.startsWith("https:");
    const text = options.body === undefined ? undefined : JSON.stringify(options.body);
    const call = (secure ? requestHttps : requestHttp)(
      url,
      {
        method,
        ...(secure ? {} : { agent }),
        headers: {
          ...(text === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
          ...options.headers,
        },
        signal: AbortSignal.timeout(options.timeoutMs ?? 3_000),
      },
      (answer) => {
        collect(answer, 1_024 * 1_024).then(
          (body) => resolve({ status: answer.statusCode ?? 0, body: parse(body) }),
          reject,
        );
      },
    );
    call.once("error", reject);
    call.end(text);
  });

/** A field of something that came over the wire, or undefined. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null
    ? (Object.entries(value).find(([key]) => key === name)?.[1] as unknown)
    : undefined;
