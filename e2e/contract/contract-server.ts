import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { z } from "zod";

export type Call = {
  method: string;
  path: string;
  params: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string | string[] | undefined>;
  /** Parsed and in the shape of the contract. */
  body: unknown;
};
export type Reply = { status: number; body?: unknown; headers?: Record<string, string> };

export type Route = {
  /** Such as `POST /v1/services/:service/rollback`; a parameter is whatever stands between two of `/ ( ) ?`. */
  on: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The body is a form, not JSON. */
  isForm?: boolean;
  /** What the contract says of each status that `handle` gives; null: no body. */
  answers: Record<number, z.ZodType | null>;
  /** Needs no authorisation. */
  isOpen?: boolean;
  handle: (call: Call) => Reply | Promise<Reply>;
};

export type ServerFault = {
  /** The `on` of a route. */
  on: string;
  times?: number;
  /** Answers this instead of acting. */
  instead?: Reply;
  /** Acts, then answers this. */
  after?: Reply;
  /** The connection is cut before or after acting. */
  drop?: "before" | "after";
  /** Acts (or not) and never answers. */
  hang?: boolean;
};

export type ContractServer = {
  url: string;
  /** host:port, as an allow-list names it. */
  address: string;
  /** Requests that reached a route, by its `on`. */
  calls: (on: string) => Call[];
  fail: (fault: ServerFault) => void;
  heal: () => void;
  /** Throws when anything was asked or answered that the contract does not know. */
  stop: () => Promise<void>;
};

/**
 * A vendor's API on loopback that knows nothing but its contract: an unknown path, parameter or field is answered with
 * 400 and makes `stop` throw, and so does an answer of our own in another shape.
 */
export async function startContractServer(
  routes: readonly Route[],
  isAuthorised: (headers: Call["headers"]) => Reply | null,
): Promise<ContractServer> {
  const violations: string[] = [];
  const calls = new Map<string, Call[]>();
  let faults: ServerFault[] = [];
  const compiled = routes.map((route) => ({ route, match: matcher(route.on) }));

  const takeFault = (on: string): ServerFault | undefined => {
    const fault = faults.find((each) => each.on === on);
    if (fault?.times !== undefined && --fault.times === 0) faults = faults.filter((each) => each !== fault);
    return fault;
  };

  /** Null: the connection is cut, or nobody ever answers. */
  async function answer(request: IncomingMessage): Promise<Reply | null> {
    const url = new URL(request.url ?? "/", "http://contract");
    const raw = await text(request);
    const what = `${request.method ?? ""} ${request.url ?? ""}`;
    const violate = (problem: string): Reply => {
      violations.push(`${what}: ${problem}`);
      return { status: 400, body: { message: problem } };
    };
    const cut = (): null => {
      request.socket.destroy();
      return null;
    };
    const hit = compiled
      .map(({ route, match }) => ({ route, params: match(request.method ?? "", url.pathname) }))
      .find(({ params }) => params !== null);
    if (hit?.params == null) {
      // Somebody else's client may still ask whoever had this port before; it does not know our key.
      const stranger = isAuthorised(request.headers);
      return stranger ?? violate("The contract has no such path.");
    }
    const { route, params } = hit;
    const query = (route.query ?? z.strictObject({})).safeParse(Object.fromEntries(url.searchParams));
    if (!query.success) return violate(`query: ${z.prettifyError(query.error)}`);
    const body = route.body?.safeParse(parseBody(raw, route.isForm === true));
    if (body?.success === false) return violate(`body: ${z.prettifyError(body.error)}`);
    if (route.body === undefined && raw !== "") return violate("The contract has no body here.");
    if (route.body !== undefined && !mediaType(request).includes(route.isForm === true ? "form" : "json"))
      return violate(`The content type is ${mediaType(request)}.`);
    const refusal = route.isOpen === true ? null : isAuthorised(request.headers);
    if (refusal !== null) return refusal;
    const call: Call = {
      method: request.method ?? "",
      path: url.pathname,
      params,
      query: query.data as Record<string, string>,
      headers: request.headers,
      body: body?.data ?? null,
    };
    calls.set(route.on, [...(calls.get(route.on) ?? []), call]);
    const fault = takeFault(route.on);
    if (fault?.instead) return fault.instead;
    if (fault?.drop === "before") return cut();
    const reply = await route.handle(call);
    const shape = route.answers[reply.status];
    if (shape === undefined) violations.push(`${what}: the contract knows no answer ${reply.status}.`);
    const fits = shape?.safeParse(reply.body);
    if (fits?.success === false) violations.push(`${what}: our answer: ${z.prettifyError(fits.error)}`);
    if (fault?.drop === "after") return cut();
    if (fault?.hang === true) return null;
    return fault?.after ?? reply;
  }

  const server = createServer((request, response) => {
    answer(request)
      .then((reply) => {
        if (reply !== null) send(response, reply);
      })
      .catch((error: unknown) => {
        violations.push(`${request.method ?? ""} ${request.url ?? ""}: ${String(error)}`);
        response.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${address}`,
    address,
    calls: (on) => calls.get(on) ?? [],
    fail: (fault) => void faults.push({ ...fault }),
    heal: () => (faults = []),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (violations.length > 0) throw new Error(`Against the contract:\n${violations.join("\n")}`);
    },
  };
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function matcher(on: string): (method: string, path: string) => Record<string, string> | null {
  const [wanted = "", template = ""] = on.split(" ");
  const names: string[] = [];
  const pattern = template
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/:([a-zA-Z]+)/g, (_whole, name: string) => {
      names.push(name);
      return "([^/()?]+)";
    });
  const expression = new RegExp(`^${pattern}$`);
  return (method, path) => {
    const found = method === wanted ? expression.exec(path) : null;
    if (found === null) return null;
    return Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? "")]));
  };
}

function parseBody(raw: string, isForm: boolean): unknown {
  if (isForm) return Object.fromEntries(new URLSearchParams(raw));
  try {
    return JSON.parse(raw);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const mediaType = (request: IncomingMessage): string => request.headers["content-type"] ?? "none";
