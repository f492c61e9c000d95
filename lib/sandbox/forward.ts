import { Agent, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendJson } from "./json-http.ts";

const agent = new Agent({ keepAlive: true, maxSockets: 128, maxFreeSockets: 16 });
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

const endToEnd = (headers: IncomingMessage["headers"]): IncomingMessage["headers"] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));

/**
 * Streams a request to 127.0.0.1:`port` and its answer back. Resolves with the status that the caller got,
 * 499 when it went away first.
 */
export const forward = (
  incoming: IncomingMessage,
  response: ServerResponse,
  port: number,
  environment: string,
): Promise<number> =>
  new Promise((resolve) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port,
        method: incoming.method ?? "GET",
        path: incoming.url ?? "/",
        headers: { ...endToEnd(incoming.headers), "x-forwarded-for": incoming.socket.remoteAddress ?? "" },
        agent,
        timeout: 10_000,
      },
      (answer) => {
        const status = answer.statusCode ?? 502;
        response.writeHead(status, { ...endToEnd(answer.headers), "x-environment": environment });
        answer.pipe(response);
        answer.once("end", () => resolve(status));
        answer.once("error", () => {
          response.destroy();
          resolve(502);
        });
      },
    );
    outgoing.once("timeout", () => outgoing.destroy(new Error("No answer within 10 seconds.")));
    let isAbandoned = false;
    outgoing.once("error", (error) => {
      if (isAbandoned) {
        resolve(499);
        return;
      }
      if (response.headersSent) response.destroy();
      else
        sendJson(response, 502, { error: `The ${environment} environment did not answer: ${error.message}` });
      resolve(502);
    });
    response.once("close", () => {
      if (response.writableFinished) return;
      isAbandoned = true;
      outgoing.destroy(new Error("The caller went away."));
    });
    incoming.pipe(outgoing);
  });
