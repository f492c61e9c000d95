import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { containersOf, lastLines } from "#lib/adapters/docker-compose/containers.ts";
import type { Container } from "#lib/adapters/docker-compose/containers.ts";
import type { Probe, Settings } from "#lib/adapters/docker-compose/schema.ts";
import { engineJson } from "#lib/adapters/docker-engine.ts";
import { openSocket } from "#lib/adapters/guarded-socket.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
/** `failed`: by itself it will not become ready any more. */
type Readiness = { state: "ready" | "waiting" | "failed"; why: string };
type Judged = Container & { readiness: Readiness };

const probeMs = 2000;
const pollMs = 400;
const mostRestarts = 5;

/** The containers of these services, each with how ready it is. Looks only. */
export async function judgedContainers(ctx: Context, services: readonly string[]): Promise<Judged[]> {
  const containers = await containersOf(ctx, services);
  const needsClock = containers.some(({ status, health }) => status === "running" && health === "none");
  const now = needsClock ? await engineTime(ctx) : 0;
  const probed = new Map<string, Promise<string | null>>();
  return Promise.all(
    containers.map(async (container) => {
      const readiness = readinessOf(container, now, ctx.settings.steadySeconds);
      const probe = ctx.settings.probes[container.service];
      if (probe === undefined || readiness.state !== "ready") return { ...container, readiness };
      const answer = probed.get(container.service) ?? tryProbe(ctx, probe);
      probed.set(container.service, answer);
      const why = await answer;
      return why === null
        ? { ...container, readiness }
        : { ...container, readiness: { state: "waiting", why } as const };
    }),
  );
}

/** What a container's own state says. `now`: milliseconds of the engine's clock. Pure. */
export function readinessOf(
  container: Pick<Container, "status" | "health" | "exitCode" | "isRestarted" | "restarts" | "startedAt">,
  now: number,
  steadySeconds: number,
): Readiness {
  const { status, health, exitCode, isRestarted, restarts, startedAt } = container;
  if (status === "restarting" || (status === "exited" && isRestarted && restarts > 0)) {
    const why = `it has been restarted ${restarts} times, last exit status ${exitCode}`;
    return { state: restarts >= mostRestarts ? "failed" : "waiting", why };
  }
  if (status === "exited" || status === "dead")
    return { state: "failed", why: `it has exited with ${exitCode}` };
  if (status !== "running") return { state: "waiting", why: `it is ${status}` };
  if (health === "healthy") return { state: "ready", why: "running and healthy" };
  if (health === "unhealthy") return { state: "failed", why: "its health check fails" };
  if (health !== "none") return { state: "waiting", why: `its health check is ${health}` };
  const seconds = (now - Date.parse(startedAt)) / 1000;
  return seconds >= steadySeconds
    ? { state: "ready", why: "running" }
    : { state: "waiting", why: `it has run for less than ${steadySeconds} s` };
}

/** How many of a service's containers are as wanted, and the first that is not. */
export type Count = { good: number; wanted: number; odd: string | null };

/** N of N: exactly so many containers run, each right and ready. Pure. */
export function countOf(
  containers: readonly Judged[],
  service: string,
  wanted: number,
  isRight: (container: Judged) => string | null,
): Count {
  const running = containers.filter(
    (one) =>
      one.service === service && one.status !== "exited" && one.status !== "dead" && one.status !== "created",
  );
  const oddities = running.flatMap((one) => {
    const wrong = isRight(one) ?? (one.readiness.state === "ready" ? null : one.readiness.why);
    return wrong === null ? [] : [`${one.name}: ${wrong}`];
  });
  const good = running.length - oddities.length;
  if (oddities.length === 0 && good !== wanted) {
    const ended = containers.find((one) => one.service === service && one.readiness.state === "failed");
    const because = good < wanted && ended !== undefined ? ` (${ended.name}: ${ended.readiness.why})` : "";
    return { good, wanted, odd: `${service}: ${good} of ${wanted} containers run${because}` };
  }
  return { good, wanted, odd: oddities[0] ?? null };
}

/**
 * Waits until every service is N of N. `before`: the containers as they were before something was done; what failed
 * there already gets the whole time to recover. Throws Fault `permanent` LAYER_UNHEALTHY with the service and its last
 * lines.
 */
export async function awaitReady(
  ctx: Context,
  wait: {
    title: string;
    replicas: Readonly<Record<string, number>>;
    isRight: (container: Judged) => string | null;
    before: readonly Container[];
  },
): Promise<void> {
  const { title, replicas, isRight, before } = wait;
  const services = Object.keys(replicas);
  const until = Date.now() + ctx.settings.layerSeconds * 1000;
  const starts = new Set(before.map(({ id, startedAt }) => `${id} ${startedAt}`));
  let said = "";
  for (;;) {
    const containers = await judgedContainers(ctx, services);
    const odd = services.flatMap((name) => countOf(containers, name, replicas[name] ?? 1, isRight).odd ?? []);
    if (odd.length === 0) return;
    const failed = containers.find(
      (one) =>
        one.readiness.state === "failed" &&
        isRight(one) === null &&
        !starts.has(`${one.id} ${one.startedAt}`),
    );
    if (failed !== undefined) throw await unhealthy(ctx, title, failed, failed.readiness.why);
    if (Date.now() > until) {
      const slow = containers.find((one) => isRight(one) !== null || one.readiness.state !== "ready");
      const seconds = ctx.settings.layerSeconds;
      if (slow !== undefined)
        throw await unhealthy(ctx, title, slow, `${isRight(slow) ?? slow.readiness.why} after ${seconds} s`);
      throw new Fault(
        "permanent",
        "LAYER_UNHEALTHY",
        `${title}: ${odd.join("; ")} after ${seconds} s.`,
        advice,
      );
    }
    const now = `Waiting: ${odd.join("; ")}.`;
    if (now !== said) ctx.log(now);
    said = now;
    await delay(pollMs, undefined, { signal: ctx.signal }).catch(() => undefined);
    if (ctx.signal.aborted)
      throw new Fault(
        "transient",
        "CANCELLED",
        `Stopped while waiting. ${now}`,
        "The containers go on by themselves; the same step looks again.",
      );
  }
}

const advice =
  "Nothing after this layer was started. See to the service, then retry: what is healthy by then is left alone.";

async function unhealthy(ctx: Context, title: string, container: Container, why: string): Promise<Fault> {
  const lines = await lastLines(ctx, container).catch((error: unknown) => {
    if (error instanceof Fault) return `(its log cannot be read: ${error.message})`;
    throw error;
  });
  return new Fault(
    "permanent",
    "LAYER_UNHEALTHY",
    `${title}: ${container.service} is not healthy (${container.name}: ${why}). Its last lines:\n${lines}`,
    advice,
  );
}

async function engineTime(ctx: Context): Promise<number> {
  const { SystemTime } = await engineJson(ctx, z.looseObject({ SystemTime: z.string() }), { path: "/info" });
  return Date.parse(SystemTime);
}

/** Null: it answered as it should. Throws Fault where asking is not allowed. */
async function tryProbe(ctx: Context, probe: Probe): Promise<string | null> {
  if ("tcp" in probe) return tryConnection(ctx, probe.tcp);
  try {
    const { status } = await ctx.http({
      method: "GET",
      url: probe.http,
      timeoutMs: probeMs,
      maxBytes: 1024,
      signal: ctx.signal,
    });
    return status >= 200 && status < 300 ? null : `${probe.http} answers ${status}`;
  } catch (error) {
    if (error instanceof Fault && error.kind === "transient") return `${probe.http} does not answer`;
    throw error;
  }
}

async function tryConnection(ctx: Context, address: string): Promise<string | null> {
  const at = address.lastIndexOf(":");
  const place = { host: address.slice(0, at), port: Number(address.slice(at + 1)), timeoutMs: probeMs };
  try {
    (await openSocket(ctx, place)).destroy();
    return null;
  } catch (error) {
    if (error instanceof Fault && error.kind === "transient") return `${address} takes no connection`;
    throw error;
  }
}
