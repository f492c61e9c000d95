import { z } from "zod";
import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Json } from "#lib/domain/json.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { createLog, type Log } from "#lib/platform/log.ts";
import { isStorable, readBody } from "#lib/web/body.ts";
import { readRequestKey, type RequestKey } from "#lib/web/idempotency-header.ts";
import { routeMatcher } from "#lib/web/match-route.ts";
import { mustBeAllowedToCall } from "#lib/web/may-call.ts";
import { countRequest } from "#lib/web/metrics.ts";
import { problemAnswer, problemOf, told } from "#lib/web/problem.ts";
import { rateLimit } from "#lib/web/rate-limit.ts";
import type { Route, TextFile } from "#lib/web/route.ts";
import { apiHeaders } from "#lib/web/security-headers.ts";
import { textStream } from "#lib/web/text-stream.ts";
import { readSignedActor } from "#lib/web/webhook-signature.ts";

type Answer = { status: number; body: unknown };

type Parts = {
  routes: readonly Route[];
  /** Who sends this. Throws UNAUTHENTICATED and CROSS_ORIGIN. */
  authenticate: (request: Request) => Promise<Actor>;
  findAnswer: (key: RequestKey) => Promise<Answer | null>;
  keepAnswer: (key: RequestKey, answer: Answer) => Promise<Answer>;
  log?: Log;
  /** Requests that one caller may send at once, and in the long run. */
  limits?: { burst: number; perSecond: number };
  /** Checks each answer against its published schema: for tests. */
  checksAnswers?: boolean;
};

export const basePath = "/api/v1";

/** The whole API as one function from request to response. It never throws: every trouble is a problem document. */
export function createApi(parts: Parts): (request: Request) => Promise<Response> {
  const { log = createLog("api") } = parts;
  const match = routeMatcher(parts.routes);
  const takeTurn = rateLimit(parts.limits ?? { burst: 1000, perSecond: 200 });

  const answer = async (
    request: Request,
    path: string,
  ): Promise<{ route: Route | null; response: Response }> => {
    const method = request.method === "HEAD" ? "GET" : request.method;
    const found = match(method, path);
    if (found.found === null) return { route: null, response: nothingFound(method, found.allow) };
    const { found: route, params } = found;
    try {
      return { route, response: await call(route, params, request, path) };
    } catch (error) {
      return { route, response: problemAnswer(problemOf(error, log), extraHeaders(error)) };
    }
  };

  const call = async (
    route: Route,
    params: Record<string, string>,
    request: Request,
    path: string,
  ): Promise<Response> => {
    // What a webhook signs is its body, so that is read first there.
    const signed = route.access === "webhook" ? await readSignedActor(request) : null;
    const actor = signed?.actor ?? (route.access === "public" ? null : await parts.authenticate(request));
    if (actor !== null) {
      takeTurn(actor.id);
      await mustBeAllowedToCall(actor, route.access);
    }
    const query = readQuery(route, new URL(request.url).searchParams);
    const hasBody = route.method !== "GET";
    const raw = hasBody ? (signed?.body ?? (await readBody(request))).value : undefined;
    if (hasBody) parseInput(route.body ?? z.strictObject({}), raw);
    const key =
      hasBody && actor !== null
        ? readRequestKey(request.headers, actor.id, `${route.method} ${path}`, raw as Json)
        : undefined;
    const earlier = key && (await parts.findAnswer(key));
    if (earlier) return jsonAnswer(earlier);
    const result = await route.handle({ actor, params, query, body: raw, idempotency: key, request });
    if (typeof route.answer === "string") {
      return textAnswer(route.answer, route.status, result as string | AsyncIterable<string> | TextFile);
    }
    if (parts.checksAnswers) checkAnswer(route, route.answer, result);
    const fresh = { status: route.status, body: result };
    return jsonAnswer(key && !route.isSecret ? await parts.keepAnswer(key, fresh) : fresh);
  };

  return async (request) => {
    const began = performance.now();
    const path = new URL(request.url).pathname.slice(basePath.length);
    const { route, response } = await answer(request, path);
    for (const [name, value] of Object.entries(apiHeaders)) {
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    countRequest(route?.id ?? "none", request.method, response.status, performance.now() - began);
    return request.method === "HEAD" ? new Response(null, response) : response;
  };
}

function readQuery(route: Route, search: URLSearchParams): unknown {
  const given: Record<string, string> = {};
  for (const [name, value] of search) {
    if (value === "") continue;
    if (Object.hasOwn(given, name)) throw invalidQuery(name, "This was given twice.");
    if (!isStorable(name) || !isStorable(value))
      throw invalidQuery(name, "Text must be whole Unicode characters without NUL.");
    given[name] = value;
  }
  return route.method === "GET" ? parseInput((route.query ?? z.object({})).strict(), given) : undefined;
}

function invalidQuery(name: string, message: string): Refusal {
  return new Refusal("INVALID", `${name}: ${message}`, { errors: [{ path: name, message }] });
}

function nothingFound(method: string, allow: readonly string[]): Response {
  const allowed = [...new Set(allow), ...(allow.includes("GET") ? ["HEAD"] : [])].join(", ");
  if (allow.length > 0 && method === "OPTIONS")
    return new Response(null, { status: 204, headers: { allow: allowed } });
  const refusal =
    allow.length > 0
      ? new Refusal("METHOD_NOT_ALLOWED", `This address takes ${allowed}.`)
      : new Refusal("NOT_FOUND", "There is no such address in this API. See /api/v1/openapi.json.");
  return problemAnswer(told(refusal), allow.length > 0 ? { allow: allowed } : {});
}

function extraHeaders(error: unknown): Record<string, string> {
  if (!(error instanceof Refusal)) return {};
  if (error.code === "UNAUTHENTICATED") return { "www-authenticate": "Bearer" };
  if (error.code === "THROTTLED") {
    const seconds = error.extra["retryAfterSeconds"];
    return { "retry-after": typeof seconds === "number" ? String(seconds) : "1" };
  }
  return {};
}

function jsonAnswer({ status, body }: Answer): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
  });
}

function textAnswer(
  type: string,
  status: number,
  result: string | AsyncIterable<string> | TextFile,
): Response {
  const file = typeof result === "object" && "fileName" in result ? result : null;
  const text = file ? file.text : (result as string | AsyncIterable<string>);
  return new Response(typeof text === "string" ? text : textStream(text), {
    status,
    headers: {
      "content-type": `${type}; charset=utf-8`,
      ...(file ? { "content-disposition": `attachment; filename="${file.fileName}"` } : {}),
    },
  });
}

function checkAnswer(route: Route, schema: z.ZodType, result: unknown): void {
  const { error } = schema.safeParse(result);
  if (error) throw new Error(`${route.id} answers otherwise than published: ${z.prettifyError(error)}`);
}
