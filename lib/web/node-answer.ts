import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { Refusal } from "#lib/domain/errors.ts";
import { problemAnswer, told } from "#lib/web/problem.ts";
import { apiHeaders } from "#lib/web/security-headers.ts";

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** How long a client may go on sending what nobody wants any more. */
const lingerMs = 2000;

/** What is wrong with a request line, so that neither the API nor the pages need to look at it; null when nothing is. */
export function refuseRequestLine(request: IncomingMessage): Refusal | null {
  const { method = "", url = "" } = request;
  if (!methods.has(method)) return new Refusal("METHOD_NOT_ALLOWED", "This method is not used here.");
  if (!url.startsWith("/") || url.startsWith("//"))
    return new Refusal("MALFORMED", "This address cannot be read.");
  try {
    decodeURIComponent(url.split("?", 1)[0] ?? "");
    return null;
  } catch (error) {
    if (error instanceof URIError) return new Refusal("MALFORMED", "This address cannot be read.");
    throw error;
  }
}

/** Answers a Node request by a function from request to response, as fetch knows them. */
export async function answerWith(
  handle: (request: Request) => Promise<Response>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await write(await handle(asFetchRequest(request)), request, response);
}

/** Answers with a refusal as a problem document. */
export async function answerRefusal(
  refusal: Refusal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await write(problemAnswer(told(refusal), apiHeaders), request, response);
}

function asFetchRequest(request: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of typeof value === "string" ? [value] : (value ?? [])) headers.append(name, one);
  }
  const { method = "GET", url = "/" } = request;
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(`http://lastgood${url}`, {
    method,
    headers,
    ...(hasBody ? { body: bodyOf(request), duplex: "half" } : {}),
  });
}

/** Letting go of the body must not end the connection: the answer has to get through first. */
function bodyOf(request: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = request.iterator({ destroyOnReturn: false });
  return new ReadableStream({
    pull: async (controller) => {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

async function write(answer: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isCutShort = !request.complete && answer.status >= 400;
  if (isCutShort) {
    response.setHeader("connection", "close");
    setTimeout(() => request.destroy(), lingerMs).unref();
  }
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as NodeStream), response);
  if (isCutShort) request.resume();
}
