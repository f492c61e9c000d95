import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { ColourWatch } from "./colour-watch.ts";
import { DeploymentState } from "./deployment-state.ts";
import type { KeyedRequest, Precondition, Reply } from "./deployment-state.ts";
import { installConfiguration, seedConfiguration } from "./environment-file.ts";
import { colours, otherColour } from "./fleet.ts";
import type { Colour, Placement } from "./fleet.ts";
import { forward } from "./forward.ts";
import { field, readJson, sendJson } from "./json-http.ts";
import { metricsBody, metricsText } from "./proxy-metrics.ts";
import type { ProxyFigures } from "./proxy-metrics.ts";
import { TrafficWindow } from "./traffic-window.ts";
import { colourOfPatch, labelled, nextPatch, relabel } from "./release-label.ts";
import { sandboxPage } from "./sandbox-page.ts";

export type ProxyServerOptions = {
  placement: Placement;
  dataDir: string;
  stateFile: string;
  createdAt: string;
  upstreams: Readonly<Record<Colour, number>>;
  healthEveryMs: number;
};

/** Requests of the platform itself: forwarded, but no part of what customers see. */
const uncounted = new Set(["/health", "/version", "/api/health"]);
const refuse = (status: number, error: string): Reply => ({ status, body: { error } });
const isColour = (value: unknown): value is Colour => value === "blue" || value === "green";

const precondition = (body: unknown): Precondition | Reply => {
  if (body === undefined || (body !== null && (typeof body !== "object" || Array.isArray(body)))) {
    return refuse(400, "The body must be a JSON object, or empty.");
  }
  const [from, to, version] = [field(body, "from"), field(body, "to"), field(body, "version")];
  if ((from !== undefined && !isColour(from)) || (to !== undefined && !isColour(to))) {
    return refuse(422, "The fields from and to must be blue or green.");
  }
  if (version !== undefined && typeof version !== "string")
    return refuse(422, "The field version must be a text.");
  return { ...(from && { from }), ...(to && { to }), ...(version !== undefined && { version }) };
};

const isReply = (value: object): value is Reply => "status" in value;

/** A page in a browser must not be able to roll the fleet back, by form, by script or by a rebound name. */
const isLocal = ({ headers }: IncomingMessage): boolean =>
  /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? "");

const isForeign = (request: IncomingMessage): boolean =>
  request.headers.origin !== undefined || !isLocal(request);

/** The blue-green proxy in front of one placement: forwards customers, measures them, and switches. */
export const createProxyServer = (options: ProxyServerOptions): Server => {
  const { upstreams, dataDir } = options;
  const placement = labelled(dataDir, options.placement);
  const state = new DeploymentState(options.stateFile, placement, options.createdAt);
  const watches = {
    blue: new ColourWatch("blue", upstreams.blue),
    green: new ColourWatch("green", upstreams.green),
  };
  const all = new TrafficWindow(Date.now());
  let current = new TrafficWindow(Date.now());
  const totals = { blue: { requests: 0, errors: 0 }, green: { requests: 0, errors: 0 } };

  const figures = (): ProxyFigures => ({
    service: placement.service,
    active: state.active,
    version: placement.releases[state.active].version,
    switchedAt: state.switchedAt,
    all,
    current,
    totals,
    health: watches[state.active].latest,
  });

  const status = (): Record<string, unknown> => ({
    service: placement.service,
    currentEnvironment: state.active,
    version: placement.releases[state.active].version,
    currentVersion: placement.releases[state.active].version,
    previousEnvironment: otherColour(state.active),
    switchedAt: state.switchedAt,
    environments: Object.fromEntries(
      colours.map((colour) => [
        colour,
        {
          version: placement.releases[colour].version,
          active: colour === state.active,
          ...watches[colour].latest,
        },
      ]),
    ),
    deploymentHistory: state.history,
  });

  const switchTo = async (
    colour: Colour,
    action: "deploy" | "rollback",
    request: KeyedRequest | null,
    stillRight: () => Colour | Reply,
  ): Promise<Reply> => {
    if (colour !== state.active && (await watches[colour].check()).runningVersion === null) {
      return refuse(503, `The ${colour} environment does not answer; nothing was changed.`);
    }
    // The probe took time: another request may have been here, with the same key even.
    const known = request && state.recall(request);
    if (known) return known;
    const target = stillRight();
    if (typeof target === "object") return state.keep(target, request);
    const reply = state.switchTo(target, action, request);
    if (reply.body["changed"] === true) current = new TrafficWindow(Date.now());
    return reply;
  };

  const rollBack = async (body: unknown, request: KeyedRequest | null): Promise<Reply> => {
    const wanted = precondition(body);
    if (isReply(wanted)) return wanted;
    const fixed: Precondition = wanted.to === undefined ? { from: state.active, ...wanted } : wanted;
    const target = state.rollbackTarget(fixed);
    if (typeof target === "object") return state.keep(target, request);
    return switchTo(target, "rollback", request, () => state.rollbackTarget(fixed));
  };

  const deploy = async (body: unknown, request: KeyedRequest | null): Promise<Reply> => {
    const version = field(body, "version");
    if (typeof version !== "string") return refuse(422, "The field version must be a text.");
    const patched = state.colourOf(version) === null ? colourOfPatch(placement, version) : null;
    if (patched !== null && patched === state.active) {
      return refuse(409, `The ${patched} environment serves; a new patch goes to the other one.`);
    }
    if (patched !== null) {
      relabel(dataDir, placement, patched, version);
      seedConfiguration(dataDir, placement);
    }
    const colour = state.colourOf(version);
    if (colour === null) return refuse(422, "The field version must name a version that is installed here.");
    return switchTo(colour, "deploy", request, () => {
      installConfiguration(dataDir, placement, placement.releases[colour]);
      return colour;
    });
  };

  const badVersion = (): string => {
    const bad = options.placement.activeAtFirst;
    const { version } = placement.releases[bad];
    return bad === state.active ? version : nextPatch(version);
  };

  const reload = async (): Promise<Reply> => {
    const [blue, green] = await Promise.all([watches.blue.check(), watches.green.check()]);
    return { status: 200, body: { loaded: { blue: blue.configuration, green: green.configuration } } };
  };

  const control = async (request: IncomingMessage, path: string): Promise<Reply> => {
    if (request.method !== "POST") return refuse(405, "Use POST.");
    if (isForeign(request)) return refuse(403, "Only programs on this machine may do that.");
    const body = await readJson(request);
    const header = request.headers["idempotency-key"];
    const keyed =
      typeof header === "string" ? { key: header, text: `${path} ${JSON.stringify(body ?? null)}` } : null;
    const known = keyed && state.recall(keyed);
    if (known) return known;
    if (path === "/deployment/rollback") return rollBack(body, keyed);
    if (path === "/deployment/deploy") return deploy(body, keyed);
    return reload();
  };

  const pass = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const colour = state.active;
    const window = current;
    const began = performance.now();
    const answered = await forward(request, response, upstreams[colour], colour);
    if (uncounted.has(path)) return;
    const took = performance.now() - began;
    all.record(Date.now(), answered, took);
    window.record(Date.now(), answered, took);
    totals[colour].requests += 1;
    if (answered >= 500) totals[colour].errors += 1;
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    switch (path) {
      case "/deployment/status": {
        sendJson(response, 200, status());
        return;
      }
      case "/metrics.json": {
        sendJson(response, 200, metricsBody(figures(), Date.now()));
        return;
      }
      case "/metrics":
        response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
        response.end(metricsText(figures(), Date.now()));
        return;
      case "/sandbox":
        response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
        response.end(
          sandboxPage({
            service: placement.service,
            active: state.active,
            version: placement.releases[state.active].version,
            errorRate: all.measure(Date.now(), 30).errorRate,
            next: badVersion(),
          }),
        );
        return;
      case "/sandbox/break": {
        const isOwn = request.headers.origin === `http://${request.headers.host ?? ""}`;
        if (request.method !== "POST" || !isOwn || !isLocal(request)) {
          sendJson(response, 403, { error: "Press the button on the sandbox's own page." });
          return;
        }
        await deploy({ version: badVersion() }, null);
        response.writeHead(303, { location: "/sandbox" }).end();
        return;
      }
      case "/deployment/rollback":
      case "/deployment/deploy":
      case "/deployment/reload": {
        const reply = await control(request, path);
        sendJson(response, reply.status, reply.body);
        return;
      }
      default:
        return pass(request, response, path);
    }
  };

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (error instanceof RangeError) {
        sendJson(response, 413, { error: "The request is too large." });
        return;
      }
      console.error("request failed:", error);
      response.destroy();
    });
  });
  server.once("listening", () => colours.forEach((colour) => watches[colour].start(options.healthEveryMs)));
  server.once("close", () => colours.forEach((colour) => watches[colour].stop()));
  return server;
};
